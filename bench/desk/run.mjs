// The referral desk over a country's register with many at work:
// node run.mjs BUILD_DIR [PERSONS [USERS [SECONDS [FOLDER]]]]
//
// Fills a SQLite database with synthetic persons (bench/desk/desk_fill.cc; in memory, then moved to
// FOLDER, default: the build's), serves it and lets USERS workers ask at once. Each has a session of
// his own and, about a second after each answer, asks in turn for his worklist, for the page of the
// search and for a person by name and year of birth, for a case of his. Half of those looked for are
// in his own cases and are found, the others are somebody else's. Prints the times from the request
// to the whole answer. Budget: p95 of worklist and search below 50 ms, no error.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeskClient, fieldsOf } from '../../tests/browser/desk_client.mjs';
import { serveDesk } from '../../tests/browser/desk_server.mjs';

const [build, persons = '1000000', users = '50', seconds = '60', parent = build] = process.argv.slice(2);
const kSearchesOfOne = 50;  // an account has 60 in an hour
const kThink = 1000;        // milliseconds, half to one and a half of it

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const at = (times, share) => times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))];

// The filled folder is kept under its size, so that a second run need not fill again.
const filled = () => {
  const folder = join(parent, `desk-bench-${persons}-${users}`);
  if (existsSync(join(folder, 'workers.json'))) return folder;
  const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'desk-bench-'));
  for (const name of ['keys', 'data', 'tmp']) mkdirSync(join(memory, name));
  const workers = execFileSync(join(build, 'bench', 'desk', 'desk_fill'),
    [join(memory, 'data', 'thb.db'), join(memory, 'keys', 'thb.key'), persons, users],
    { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 28 });
  rmSync(folder, { recursive: true, force: true });
  cpSync(memory, folder, { recursive: true });
  rmSync(memory, { recursive: true });
  writeFileSync(join(folder, 'workers.json'), workers);
  return folder;
};

const times = { 'worklist': [], 'page of the search': [], 'name search': [] };
let found = 0;
let searches = 0;
let errors = 0;

const timed = async (what, ask) => {
  const begin = performance.now();
  const answer = await ask();
  times[what].push(performance.now() - begin);
  if (answer.status !== 200) {
    errors += 1;
    console.error(`${what}: ${answer.status} ${answer.text.match(/desk-errors.*?<\/div>/su)?.[0].replace(/<[^>]*>/gu, ' ').slice(0, 200)}`);
  }
  return answer;
};

const work = async (base, all, index, until) => {
  const { client, worker } = all[index];
  const think = () => pause(kThink / 2 + Math.random() * kThink);
  await pause(Math.random() * kThink);
  for (let round = 0; Date.now() < until; ++round) {
    await timed('worklist', () => client.request(base, '/en/desk'));
    await think();
    if (round >= kSearchesOfOne) continue;
    let fields;
    await timed('page of the search', async () => {
      const page = await client.request(base, '/en/desk/search');
      fields = fieldsOf(page.text, '/en/desk/search');
      return page;
    });
    await think();
    const own = round % 2 === 0;
    const { persons: known } = own ? worker : all[(index + 7) % all.length].worker;
    const person = known[round % known.length];
    for (const [name, value] of Object.entries({ name: person.name, year: String(person.year), reference: worker.reference })) {
      fields.set(name, value);
    }
    const answer = await timed('name search', () => client.request(base, '/en/desk/search', fields));
    if (own) {
      const hits = answer.text.match(/<table[^>]*>.*?<\/table>/su)?.[0] ?? '';
      searches += 1;
      found += hits.includes(person.name) ? 1 : 0;
    }
    await think();
  }
};

const folder = filled();
const workers = JSON.parse(readFileSync(join(folder, 'workers.json'), 'utf8'));
const server = await serveDesk(join(build, 'thb'), join(folder, 'data', 'thb.db'), folder);
try {
  const all = [];
  for (const worker of workers) {
    const client = new DeskClient(worker);
    await client.signIn(server.address);
    all.push({ client, worker });
  }
  const until = Date.now() + Number(seconds) * 1000;
  await Promise.all(all.map((_, index) => work(server.address, all, index, until)));
} finally {
  await server.stop();
}
console.log(`${persons} persons, ${users} users, ${seconds} s, ${errors} errors; ` +
  `${found} of ${searches} persons of one's own found`);
console.log('| page | requests | p50, ms | p95, ms | longest, ms |');
console.log('|---|---|---|---|---|');
for (const [what, all] of Object.entries(times)) {
  console.log(`| ${what} | ${all.length} | ${[0.5, 0.95, 1].map((share) => at(all, share).toFixed(1)).join(' | ')} |`);
}
assert.equal(errors, 0, 'a request failed');
assert.equal(found, searches, 'somebody was not found');
