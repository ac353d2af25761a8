// What an entry of the log costs beside a bare durable commit, in the same run on the same disk:
// node run.mjs BUILD_DIR [ROUNDS [FOLDER [POSTGRES]]]
//
// FOLDER (default: the build's) names the disk. POSTGRES is the address of an empty database of a
// server that flushes (fsync = on); without it SQLite alone is measured. Budget: at most 3 times.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [build, rounds = '1000', parent = build, postgres] = process.argv.slice(2);
const program = join(build, 'bench', 'store', 'store_bench');

console.log('| database | rounds | bare commit, ms (p95) | with log entry, ms (p95) | ratio |');
console.log('|---|---|---|---|---|');
for (const address of [[], ...(postgres ? [[postgres]] : [])]) {
  const folder = mkdtempSync(join(parent, 'store-bench-'));
  try {
    const out = execFileSync(program, [folder, rounds, ...address], { encoding: 'utf8' });
    const r = JSON.parse(out);
    console.log(`| ${r.database} | ${r.rounds} | ${r.bare} (${r.bare_p95}) | ` +
      `${r.logged} (${r.logged_p95}) | ${r.ratio} |`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
