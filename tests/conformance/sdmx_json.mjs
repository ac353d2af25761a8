// Checks SDMX-JSON files against an official schema of version 2.1 (JSON Schema 2019-09): data,
// structure or metadata.
//
//   THB_REFERENCE_DIR=... node tests/conformance/sdmx_json.mjs [--schema KIND] FILE...
//
// Prints one line per file; exits 1 where one does not conform.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2019 from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

const reference = process.env.THB_REFERENCE_DIR;
const files = process.argv.slice(2);
const kind = files[0] === '--schema' ? files.splice(0, 2)[1] : 'data';
if (!reference || files.length === 0) {
  console.error('usage: THB_REFERENCE_DIR=... node sdmx_json.mjs FILE...');
  process.exit(2);
}

const path = join(reference, 'schemas', 'sdmx-json-2.1', `sdmx-json-${kind}-schema.json`);
const ajv = new Ajv2019({ strict: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));

let failed = false;
for (const file of files) {
  const message = JSON.parse(readFileSync(file, 'utf8'));
  if (validate(message)) {
    const sets = (message.data?.dataSets ?? []).map((set) => Object.keys(set.observations).length);
    console.log(`${file}: conforms${sets.length > 0 ? `, ${sets.join(' + ')} observations` : ''}`);
    continue;
  }
  failed = true;
  for (const error of validate.errors.slice(0, 10)) {
    const detail = JSON.stringify(error.params);
    console.error(`${file}: ${error.instancePath} ${error.message} ${detail}`);
  }
}
process.exit(failed ? 1 : 0);
