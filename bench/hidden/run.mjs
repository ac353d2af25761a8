// `thb estimate` against SparseMSE, Rcapture and LCMCR: node run.mjs BUILD_DIR [REPLICATES] [LISTS] [SAMPLES]
//
// Needs THB_REFERENCE_DIR, and R with those packages where its library is found.
// Processor time, one thread on both sides, start-up included. SparseMSE repeats the selection in
// each replicate and once for each cell, as we do; with fewer than 1000 REPLICATES (default 100) its
// time for 1000 is in proportion, and said to be. LISTS is 5 (default) or 6: the table whose models
// are all fitted, UKdat_5 with 1 024 or UKdat with 32 768. REPLICATES 0 leaves these two peers out.
// LCMCR runs as many chains as we do, each of 10 000 sweeps to warm up and SAMPLES (20 000) draws, one
// kept of 20. Both sides' chains are judged by one function; the number compared is processor time per
// effective draw, of the worse of the middle and the tails. SAMPLES 0 leaves LCMCR out.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [build, replicates = '100', lists = '5', samples = '20000'] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const table = (name) => join(process.env.THB_REFERENCE_DIR, 'mse', `${name}.csv`);
const run = (program, args) => {
  const out = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(out.trim().split('\n').at(-1));
};
const ours = (...args) => run(join(build, 'bench', 'hidden', 'hidden_bench'), args);
const peer = (...args) => run('Rscript', [join(here, 'peer.R'), ...args]);

function same(a, b, digits) {
  if (Math.abs(a / b - 1) > 10 ** -digits) throw new Error(`the estimates differ: ${a} and ${b}`);
}

function pointEstimates() {
  console.log('| work | ours, CPU s | peer | peer, CPU s | ratio |');
  console.log('|---|---|---|---|---|');

  const uk = table('UKdat_5');
  const cells = readFileSync(uk, 'utf8').trim().split('\n').length - 1;
  const stepwise = ours(uk, 'stepwise', '1000');
  const sparse = peer(uk, 'stepwise', replicates);
  same(stepwise.point, sparse.point, 8);
  const scaled = (sparse.cpu * (1001 + cells)) / (1 + Number(replicates) + cells);
  console.log(`| stepwise, UKdat_5, 1000 BCa replicates | ${stepwise.cpu} | SparseMSE, ${replicates} ` +
    `replicates in ${sparse.cpu} s | ${scaled.toFixed(1)} | ${(scaled / stepwise.cpu).toFixed(0)} |`);

  const name = lists === '6' ? 'UKdat' : 'UKdat_5';
  const all = ours(table(name), 'bic', '2');
  const rcapture = peer(table(name), 'bic', '2');
  same(all.point, rcapture.point, 3);
  console.log(`| every order-two model, ${name}, ${all.models} | ${all.cpu} | Rcapture | ` +
    `${rcapture.cpu} | ${(rcapture.cpu / all.cpu).toFixed(0)} |`);

  const bootstrap = ours(uk, 'bic-bootstrap', '3', '1000');
  console.log(`| BIC up to order three, UKdat_5, 1000 BCa replicates | ${bootstrap.cpu} | none | | |`);
}

function latentClasses(name) {
  const folder = mkdtempSync(join(tmpdir(), 'thb-bench-'));
  const file = join(folder, 'chains.csv');
  const own = ours(table(name), 'lcmcr', '1');
  const lcmcr = peer(table(name), 'lcmcr', file, String(own.chains), samples, '20');
  const theirs = ours(file, 'chains', '0');
  rmSync(folder, { recursive: true });
  const each = (cpu, run) => (1000 * cpu) / Math.min(run.bulk, run.tail);
  const said = (cpu, run) => `${run.point.toFixed(0)} [${run.lower.toFixed(0)}, ${run.upper.toFixed(0)}] | ` +
    `${cpu} | ${Math.min(run.bulk, run.tail).toFixed(0)} | ${run.rhat.toFixed(3)}`;
  console.log(`| ${name}, ours | ${said(own.cpu, own)} | ${each(own.cpu, own).toPrecision(3)} | |`);
  console.log(`| ${name}, LCMCR | ${said(lcmcr.cpu, theirs)} | ${each(lcmcr.cpu, theirs).toPrecision(3)} | ` +
    `${(each(lcmcr.cpu, theirs) / each(own.cpu, own)).toFixed(0)} |`);
}

if (replicates !== '0') pointEstimates();
if (samples !== '0') {
  console.log('\n| table | median, 95 % | CPU s | effective draws | R-hat | ms per effective draw | ratio |');
  console.log('|---|---|---|---|---|---|---|');
  for (const name of ['UKdat_5', 'UKdat', 'Korea']) latentClasses(name);
}
