// `thb cube` against DuckDB: node run.mjs BUILD_DIR [RECORDS] [PAIRS] [SHAPE…]
//
// For every shape of data and number of threads, first tries DuckDB in every way it could do the
// work and takes its fastest for loading and for the cube; then runs both programs in turn and
// prints the medians of the times and of the ratios of each pair. One more run compares the cubes
// row by row.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [build, records = '5000000', pairs = '5', ...wanted] = process.argv.slice(2);
const shapes = wanted.length > 0 ? wanted : ['uniform', 'realistic', 'quoted'];
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'thb-bench-'));
const columns = ['geo', 'year', 'sex', 'age', 'citizen', 'exploitation'];

const run = (program, args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8' }));
const duckdb = (...args) => run(process.execPath, [join(here, 'duckdb.mjs'), ...args]);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const megabytes = (bytes) => Math.round(bytes / 1e6);

function fastestPeer(file, threads) {
  const tried = [];
  for (const types of ['varchar', 'enum']) {
    for (const plan of ['direct', 'base']) {
      // Twice, as one run may be slow for reasons of its own.
      tried.push({ types, plan, ...duckdb(file, threads, types, plan) });
      tried.push({ types, plan, ...duckdb(file, threads, types, plan) });
    }
  }
  const least = (key) => tried.reduce((a, b) => (b[key] < a[key] ? b : a));
  return { load: least('load').types, cube: least('cube') };
}

function row(shape, threads, work, ours, theirs, key, memory) {
  const values = (runs, name) => runs.map((one) => one[name]);
  const ratio = (name) => median(ours.map((one, i) => theirs[i][name] / one[name])).toFixed(1);
  console.log(`| ${shape} | ${threads} | ${work} | ${median(values(ours, key)).toFixed(3)} | ` +
    `${median(values(theirs, key)).toFixed(3)} | ${ratio(key)} | ${ratio(`${key}_cpu`)} | ` +
    `${megabytes(median(values(ours, memory)))} | ${megabytes(median(values(theirs, memory)))} |`);
}

function measure(shape, file, threads) {
  const table = join(folder, 'table.csv');
  const peer = fastestPeer(file, threads);
  const ours = [];
  const loads = [];
  const cubes = [];
  for (let i = 0; i < Number(pairs); ++i) {
    ours.push(run(join(build, 'bench', 'cube', 'cube_bench'), [file, threads, table, ...columns]));
    cubes.push(duckdb(file, threads, peer.cube.types, peer.cube.plan));
    loads.push(peer.load === peer.cube.types
      ? cubes.at(-1) : duckdb(file, threads, peer.load, peer.cube.plan));
  }
  const { differences, cells } = duckdb(file, threads, peer.cube.types, peer.cube.plan, table);
  if (differences !== 0) throw new Error(`${shape}: the cubes differ in ${differences} rows`);
  row(shape, threads, `load (peer: ${peer.load})`, ours, loads, 'load', 'load_memory');
  row(shape, threads, `cube, ${cells} cells (peer: ${peer.cube.types}, ${peer.cube.plan})`, ours,
    cubes, 'cube', 'memory');
  return cubes[0].version;
}

try {
  console.log('| data | threads | work | ours, s | DuckDB, s | ratio | ratio of processor time | ' +
    'our memory, MB | DuckDB memory, MB |\n|---|---|---|---|---|---|---|---|---|');
  let version;
  for (const shape of shapes) {
    const file = join(folder, `${shape}.csv`);
    execFileSync(join(build, 'bench', 'cube', 'cube_records'), [shape, records, '1', file]);
    for (const threads of new Set(['1', String(availableParallelism())])) {
      version = measure(shape, file, threads);
    }
    rmSync(file);
  }
  console.log(`\n${records} records, ${pairs} pairs of runs each; DuckDB ${version}; ` +
    'every cube equal to DuckDB\'s, row by row.');
} finally {
  rmSync(folder, { recursive: true });
}
