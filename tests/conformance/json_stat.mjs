// Loads a JSON-stat export with jsonstat-toolkit and compares every cell with our CSV export of the
// same table: value, status, bounds and reason.
//
//   node tests/conformance/json_stat.mjs TABLE.json TABLE.csv [TABLE.json TABLE.csv ...]
//
// Prints one line per pair; exits 1 where they differ.
import { readFileSync } from 'node:fs';
import JSONstat from 'jsonstat-toolkit';

const paths = process.argv.slice(2);
if (paths.length === 0 || paths.length % 2 !== 0) {
  console.error('usage: node json_stat.mjs TABLE.json TABLE.csv ...');
  process.exit(2);
}

// RFC 4180, as far as our exports need it.
function parseCsv(text) {
  const rows = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += '"'; i++; }
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1).push(field);
      field = '';
      if (c === '\n') rows.push([]);
    } else field += c;
  }
  rows.pop();
  const header = rows.shift();
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

let failed = false;
for (let at = 0; at < paths.length; at += 2) {
  const [jsonPath, csvPath] = paths.slice(at, at + 2);
  const document = JSON.parse(readFileSync(jsonPath, 'utf8'));
  const dataset = JSONstat(document);
  const rows = parseCsv(readFileSync(csvPath, 'utf8'));
  const problems = [];
  if (dataset.class !== 'dataset') problems.push('the toolkit does not see a dataset');
  let values = 0;
  for (const row of rows) {
    const codes = dataset.id.map((dimension) => row[dimension]);
    const key = codes.join('.');
    // Position of the cell, which the toolkit itself computes for Data().
    const cell = dataset.Data(codes.map((code, i) => dataset.Dimension(i).id.indexOf(code)));
    if (cell === null) {
      problems.push(`${key}: not in the JSON`);
      continue;
    }
    const value = row.OBS_VALUE === '' ? null : Number(row.OBS_VALUE);
    if (value !== null) values++;
    if ((cell.value ?? null) !== value) problems.push(`${key}: value ${cell.value}, not ${value}`);
    if ((cell.status ?? '') !== row.OBS_FLAG) {
      problems.push(`${key}: status ${cell.status}, not ${row.OBS_FLAG}`);
    }
    const position = codes.reduce((sum, code, i) =>
      sum * dataset.size[i] + dataset.Dimension(i).id.indexOf(code), 0);
    for (const name of ['OBS_LOWER', 'OBS_UPPER', 'MISSING_REASON']) {
      const found = String(document.extension[name][position] ?? '');
      if (found !== row[name]) problems.push(`${key}: ${name} ${found}, not ${row[name]}`);
    }
  }
  const inJson = dataset.value.filter((value) => value !== null && value !== undefined).length;
  if (inJson !== values) problems.push(`${inJson} values in the JSON, ${values} in the CSV`);
  if (problems.length === 0) {
    console.log(`${jsonPath}: ${rows.length} cells, ${values} values, the same as ${csvPath}`);
    continue;
  }
  failed = true;
  for (const problem of problems.slice(0, 10)) console.error(`${jsonPath}: ${problem}`);
}
process.exit(failed ? 1 : 0);
