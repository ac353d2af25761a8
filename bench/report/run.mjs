// The report of all states and years, in both languages: node run.mjs BUILD_DIR [RUNS]
//
// A budget in time, not against a peer: under 1 s for each language, the program started anew. The
// GLOTIP workbook gives 27 states and the years 2008 to 2021; the demo gives every section. Prints the
// medians with the peak memory.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, runs = '5'] = process.argv.slice(2);
const reference = process.env.THB_REFERENCE_DIR;
if (!reference) {
  console.error('report: THB_REFERENCE_DIR is not set, so there is no workbook to report on');
  process.exit(1);
}
const thb = join(build, 'thb');
const folder = mkdtempSync(join(tmpdir(), 'thb-bench-'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

// Seconds, processor seconds and peak memory of one run of the program.
function measure(args) {
  const program = 'import resource, subprocess, sys, time\n' +
    'begin = time.monotonic()\n' +
    'status = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode\n' +
    'used = resource.getrusage(resource.RUSAGE_CHILDREN)\n' +
    'print(status, time.monotonic() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss)\n';
  const { stdout } = spawnSync('python3', ['-c', program, thb, ...args], { encoding: 'utf8' });
  const [status, wall, cpu, memory] = stdout.trim().split(' ').map(Number);
  if (status !== 0) throw new Error(`${args.join(' ')}: status ${status}`);
  return { wall, cpu, memory: memory * 1024 };
}

function row(work, args) {
  const measured = Array.from({ length: Number(runs) }, () => measure(args));
  const of = (name) => median(measured.map((one) => one[name]));
  console.log(`| ${work} | ${of('wall').toFixed(2)} | ${of('cpu').toFixed(2)} | ` +
    `${Math.round(of('memory') / 1e6)} |`);
}

try {
  const workbook = join(reference, 'unodc', 'data_glotip.xlsx');
  const glotip = join(folder, 'glotip.db');
  const demo = join(folder, 'demo');
  execFileSync(thb, ['import', workbook, '--db', glotip], { stdio: 'ignore' });
  execFileSync(thb, ['demo', demo], { stdio: 'ignore' });
  console.log('| work | seconds | processor seconds | peak memory, MB |\n|---|---|---|---|');
  row('import of the GLOTIP workbook', ['import', workbook, '--db', join(folder, 'again.db')]);
  for (const language of ['en', 'nl']) {
    const report = (db, period) => ['report', '--db', db, '--period', period, '--lang', language,
      '--out', join(folder, 'report.html')];
    row(`report, 27 states, 14 years (GLOTIP), ${language}`, report(glotip, '2008-2021'));
    row(`report, every section (demo), ${language}`, report(join(demo, 'thb.db'), '2019-2020'));
  }
} finally {
  rmSync(folder, { recursive: true });
}
