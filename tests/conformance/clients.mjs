// Lets clients from npm read from a running server: sdmx-rest builds the addresses of the SDMX
// interfaces, sdmx-json-parser and jsonstat-toolkit read the answers, and a validator reads the
// OpenAPI document. Usage: node clients.mjs http://ADDRESS:PORT
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import JSONstat from 'jsonstat-toolkit';
import { Validator } from '@seriousme/openapi-schema-validator';

const require = createRequire(import.meta.url);
const sdmx = require('sdmx-rest');
const { SDMXParser } = require('sdmx-json-parser');
const address = process.argv[2];
const api = `${address}/api/dissemination`;

async function get(url, options) {
  const response = await fetch(url, options);
  const body = await response.text();
  assert.equal(response.status, 200, `${url}: ${response.status} ${body}`);
  return body;
}

async function sdmxRest() {
  const old = sdmx.getService({ url: `${api}/sdmx/2.1`, api: 'v1.5.0' });
  const recent = sdmx.getService({ url: `${api}/sdmx/3.0`, api: 'v2.0.0' });
  const key = 'A.PER_VICT.T..NL';
  const queries = [
    [old, sdmx.getDataQuery({ flow: 'CRIM_THB_SEX', key })],
    [old, sdmx.getDataQuery({ flow: 'ESTAT,CRIM_THB_SEX,1.0', key, start: '2019', end: '2020', lastNObs: 1, detail: 'dataonly' })],
    [old, sdmx.getMetadataQuery({ resource: 'codelist', id: 'SEX', agency: 'ESTAT' })],
    [old, sdmx.getMetadataQuery({ resource: 'dataflow', agency: 'all', references: 'all' })],
    [old, sdmx.getMetadataQuery({ resource: 'datastructure', id: 'CRIM_THB_SEX', agency: 'ESTAT', detail: 'allstubs' })],
    [recent, sdmx.getDataQuery({ flow: 'CRIM_THB_SEX', key })],
    [recent, sdmx.getMetadataQuery({ resource: 'codelist', id: 'SEX', agency: 'ESTAT' })],
    [recent, sdmx.getMetadataQuery({ resource: 'conceptscheme', id: 'CRIM_THB_SEX', agency: 'ESTAT' })],
  ];
  for (const [service, query] of queries) await get(sdmx.getUrl(query, service));
  return queries.length;
}

// What the standard names for an empty answer, too much and a type that there is not.
async function statuses() {
  const flow = `${api}/sdmx/3.0/data/dataflow/ESTAT/CRIM_THB_SEX/1.0`;
  const expected = [
    [`${flow}/A.PER_VICT.T.NR.US`, {}, 204],
    [`${api}/sdmx/2.1/data/CRIM_THB_SEX/A.PER_VICT.T.NR.US`, {}, 404],
    [flow, { headers: { accept: 'image/png' } }, 406],
    [`${flow}?c[sex]=Q`, {}, 400],
    [`${api}/statistics/1.0/data/CRIM_THB_SEX?sex=Q`, {}, 400],
  ];
  for (const [url, options, status] of expected) {
    assert.equal((await fetch(url, options)).status, status, url);
  }
  const first = await fetch(`${flow}/A.PER_VICT.T.NR.NL`);
  const etag = first.headers.get('etag');
  assert.ok(etag);
  const again = await fetch(`${flow}/A.PER_VICT.T.NR.NL`, { headers: { 'if-none-match': etag } });
  assert.equal(again.status, 304);
}

async function sdmxJsonParser() {
  const parser = new SDMXParser();
  await parser.getDatasets(`${api}/sdmx/3.0/data/dataflow/ESTAT/CRIM_THB_SEX/1.0/A.PER_VICT..NR.EU27_2020?lang=en`);
  assert.match(parser.getName(), /^Persons involved/);
  assert.ok(parser.getDescription());
  assert.equal(parser.getDimensions().length, 6);
  const rows = parser.getData({ sex: ['Women and girls'], TIME_PERIOD: ['2020'] });
  assert.deepEqual(rows.map((row) => row.value), [4170]);
  const suppressed = new SDMXParser();
  await suppressed.getDatasets(`${api}/sdmx/3.0/data/dataflow/*/CRIM_THB_SEX/*?collection=UNODC_GLOTIP`);
  const hidden = suppressed.getData().filter((row) => row.OBS_FLAG === 'Held back (confidential)');
  assert.ok(hidden.length > 0);
  return suppressed.getData().length;
}

async function jsonStat() {
  const url = `${api}/statistics/1.0/data/CRIM_THB_SEX?geo=EU27_2020&geo=NL&leg_stat=PER_VICT&sinceTimePeriod=2019`;
  const dataset = JSONstat(JSON.parse(await get(url)));
  assert.equal(dataset.class, 'dataset');
  assert.deepEqual(dataset.Dimension('geo').id, ['EU27_2020', 'NL']);
  const cell = dataset.Data({ freq: 'A', leg_stat: 'PER_VICT', sex: 'T', unit: 'NR', geo: 'EU27_2020', time: '2020' });
  assert.equal(cell.value, 6534);
  return dataset.n;
}

async function openApi() {
  const document = JSON.parse(await get(`${address}/api/openapi.json`));
  const result = await new Validator().validate(document);
  assert.ok(result.valid, JSON.stringify(result.errors?.slice?.(0, 5) ?? result.errors));
  return Object.keys(document.paths).length;
}

console.log(`sdmx-rest: ${await sdmxRest()} addresses answered`);
await statuses();
console.log(`sdmx-json-parser: ${await sdmxJsonParser()} observations`);
console.log(`jsonstat-toolkit: ${await jsonStat()} cells`);
console.log(`OpenAPI: ${await openApi()} paths, valid`);
