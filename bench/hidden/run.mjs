// `thb estimate` against SparseMSE and Rcapture: node run.mjs BUILD_DIR [REPLICATES] [LISTS]
//
// Needs THB_REFERENCE_DIR, and R with the packages SparseMSE and Rcapture where its library is found.
// Processor time, one thread on both sides, start-up included. SparseMSE repeats the selection in
// each replicate and once for each cell, as we do; with fewer than 1000 REPLICATES (default 100) its
// time for 1000 is in proportion, and said to be. LISTS is 5 (default) or 6: the table whose models
// are all fitted, UKdat_5 with 1 024 or UKdat with 32 768.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [build, replicates = '100', lists = '5'] = process.argv.slice(2);
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
