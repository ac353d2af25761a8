// The peer of cube_bench: the same work in DuckDB. Prints one JSON object.
//
//   node duckdb.mjs FILE THREADS TYPES PLAN [TABLE.csv]
//
// TYPES  varchar or enum: the type of the columns. The values of an enumeration are made known
//        beforehand; that is not timed.
// PLAN   direct: GROUP BY CUBE over the records; base: over the table of distinct combinations.
// With TABLE.csv, the cube of cube_bench is compared with DuckDB's, row by row.
import { DuckDBInstance, version } from '@duckdb/node-api';

const [file, threads, types, plan, table] = process.argv.slice(2);
const columns = ['geo', 'year', 'sex', 'age', 'citizen', 'exploitation'];
const list = columns.join(', ');
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

const instance = await DuckDBInstance.create(':memory:', {
  threads,
  preserve_insertion_order: 'false',
});
const connection = await instance.connect();

async function timed(sql) {
  const start = process.hrtime.bigint();
  const startCpu = process.cpuUsage();
  await connection.run(sql);
  const { user, system } = process.cpuUsage(startCpu);
  return { wall: Number(process.hrtime.bigint() - start) / 1e9, cpu: (user + system) / 1e6 };
}

async function row(sql) {
  return (await connection.runAndReadAll(sql)).getRows()[0].map(Number);
}

function reader(typeOf) {
  const struct = columns.map((name) => `${name}: '${typeOf(name)}'`).join(', ');
  return `read_csv(${quoted(file)}, header = true, auto_detect = false, delim = ',', ` +
    `quote = '"', columns = {${struct}})`;
}

if (types === 'enum') {
  for (const name of columns) {
    await connection.run(
      `CREATE TYPE t_${name} AS ENUM (SELECT DISTINCT ${name} FROM ${reader(() => 'VARCHAR')})`);
  }
}
const load = await timed(
  `CREATE TABLE records AS FROM ${reader((name) => (types === 'enum' ? `t_${name}` : 'VARCHAR'))}`);
const load_memory = process.resourceUsage().maxRSS * 1024;

let cube;
if (plan === 'base') {
  const base = await timed(
    `CREATE TABLE base AS SELECT ${list}, count(*) AS n FROM records GROUP BY ALL`);
  cube = await timed(`CREATE TABLE cube AS SELECT ${list}, sum(n)::BIGINT AS count, ` +
    `grouping(${list}) AS margin FROM base GROUP BY CUBE (${list})`);
  cube = { wall: base.wall + cube.wall, cpu: base.cpu + cube.cpu };
} else {
  cube = await timed(`CREATE TABLE cube AS SELECT ${list}, count(*) AS count, ` +
    `grouping(${list}) AS margin FROM records GROUP BY CUBE (${list})`);
}
const memory = process.resourceUsage().maxRSS * 1024;
const [records] = await row('SELECT count(*) FROM records');
const [cells] = await row('SELECT count(*) FROM cube');

let differences;
if (table !== undefined) {
  const named = columns.map((name, i) =>
    `CASE WHEN (margin >> ${columns.length - 1 - i}) & 1 = 1 THEN 'ALL' ELSE ${name}::VARCHAR END AS ${name}`);
  await connection.run(`CREATE VIEW theirs AS SELECT ${named.join(', ')}, count FROM cube`);
  await connection.run(`CREATE VIEW ours AS FROM read_csv(${quoted(table)}, header = true, ` +
    `auto_detect = false, delim = ',', quote = '"', columns = {` +
    `${columns.map((name) => `${name}: 'VARCHAR'`).join(', ')}, count: 'BIGINT'})`);
  const [missing] = await row('SELECT count(*) FROM (FROM theirs EXCEPT ALL FROM ours)');
  const [extra] = await row('SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)');
  differences = missing + extra;
}
console.log(JSON.stringify({ load: load.wall, cube: cube.wall, load_cpu: load.cpu,
  cube_cpu: cube.cpu, records, cells, load_memory, memory, differences, version: version() }));
