// kill -9 of the server at random moments of a thousand mixed writes: what was acknowledged is there,
// nothing is half there, and the log is whole (casework rule 18). On SQLite and, where
// THB_TEST_POSTGRES names a server, on PostgreSQL.
//
// node desk_crash.mjs PROGRAM SEED [WRITES]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { emptyDatabase, serveDesk, totp } from "../browser/desk_server.mjs";

const [program, seed, writes = "1000"] = process.argv.slice(2);
const kWrites = Number(writes);
const kWritesBetweenCrashes = 60;
const kRecordsOfEach = 30;  // an account that opens more persons than 50 in an hour is paused

// Numbers of a fixed seed, so that a failure comes again.
let state = 20221219;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 2 ** 32 * below);
};

const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/gu, (_, name) =>
  ({ amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'" })[name]);
const attribute = (tag, name) => unescape(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? "");

// What a browser would send of the form with this action.
const fieldsOf = (page, action) => {
  const form = page.match(new RegExp(`<form[^>]* action="${action}"[^>]*>(.*?)</form>`, "su"))?.[1];
  assert.ok(form, `no form for ${action} on\n${page.slice(-2000)}`);
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input[^>]*>/gu)) {
    const type = attribute(tag, "type");
    if ((type === "radio" || type === "checkbox") && !tag.includes(" checked")) continue;
    fields.append(attribute(tag, "name"), attribute(tag, "value"));
  }
  for (const [, tag, text] of form.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gsu)) {
    fields.append(attribute(` ${tag}`, "name"), unescape(text));
  }
  for (const [, tag, options] of form.matchAll(/<select([^>]*)>(.*?)<\/select>/gsu)) {
    const all = [...options.matchAll(/<option[^>]*>/gu)].map(([option]) => option);
    const chosen = all.find((option) => option.includes(" selected")) ?? all[0];
    fields.append(attribute(` ${tag}`, "name"), attribute(chosen, "value"));
  }
  return fields;
};

// The server says that it could not: nothing is acknowledged. Few such are let pass, and are shown.
class Unanswered extends Error {}
const kUnanswered = 10;

// Somebody who writes. A request fails where the server is killed; what it was about is then unknown.
class Writer {
  constructor(account) {
    Object.assign(this, { account, cookies: new Map(), records: [], named: new Set(), acknowledged: [] });
  }
  async request(base, path, fields) {
    const response = await fetch(base + path, { redirect: "manual",
      method: fields ? "POST" : "GET", body: fields,
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/u);
      this.cookies.set(name, value);
    }
    return { status: response.status, to: response.headers.get("location"), text: await response.text() };
  }
  async send(base, path, typed) {
    const page = await this.request(base, path);
    if (page.status >= 500) throw new Unanswered(`${path}: ${page.text}`);
    assert.equal(page.status, 200, `${path}: ${page.text.slice(-600)}`);
    const fields = fieldsOf(page.text, path);
    for (const [name, value] of Object.entries(typed)) fields.set(name, value);
    const answer = await this.request(base, path, fields);
    if (answer.status >= 500) throw new Unanswered(`${path}: ${answer.text}`);
    assert.equal(answer.status, 303, `${path}: ${answer.text.match(/<main.*<\/main>/su)?.[0].replace(/<[^>]*>/gu, " ")}`);
    return answer.to;
  }
  async signIn(base) {
    const { login, password, totp: secret } = this.account;
    await this.send(base, "/en/desk/sign-in", { login, password, code: totp(secret) });
  }
  async write(base) {
    const record = this.records[random(this.records.length)];
    if (this.records.length < kRecordsOfEach && (!record || random(3) === 0)) {
      const to = await this.send(base, "/en/desk/entry", { danger: "no", child: "no", reach: "Synthetic gate" });
      const id = to.match(/records\/([a-z0-9]+)\/entered/u)[1];
      this.records.push(id);
      this.acknowledged.push(["record", id]);
    } else if (!this.named.has(record) || random(4) === 0) {
      // A note names whom it is about, so a record gets a person first.
      const role = this.named.has(record) ? "relative" : "victim";
      await this.send(base, `/en/desk/records/${record}/persons/new`, { role, second_name: "Synthetic" });
      this.named.add(record);
      this.acknowledged.push(["person", record]);
    } else {
      await this.send(base, `/en/desk/records/${record}/notes/new`, { text: "Synthetic note" });
      this.acknowledged.push(["note", record]);
    }
  }
}

// Rows of a query, each a list of texts.
const query = (kind, database, sql) => {
  const said = kind === "sqlite"
    ? execFileSync("python3", ["-c", "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row, sep='|')",
      database, sql], { encoding: "utf8" })
    : execFileSync("psql", [database, "-qAtc", sql], { encoding: "utf8" });
  return said.split("\n").filter(Boolean).map((line) => line.split("|"));
};

const count = (rows) => Object.fromEntries(rows.map(([id, number]) => [id, Number(number)]));

// Every acknowledged write is there, and every row has its entry in the log and the other way round.
const checkRows = (kind, database, writers) => {
  const byRecord = {
    record: count(query(kind, database, "SELECT id, 1 FROM record")),
    person: count(query(kind, database, "SELECT record_id, COUNT(*) FROM person GROUP BY record_id")),
    note: count(query(kind, database, "SELECT record_id, COUNT(*) FROM note GROUP BY record_id")),
  };
  const wanted = { record: {}, person: {}, note: {} };
  for (const [what, record] of writers.flatMap((writer) => writer.acknowledged)) {
    wanted[what][record] = (wanted[what][record] ?? 0) + 1;
  }
  for (const [what, records] of Object.entries(wanted)) {
    for (const [record, number] of Object.entries(records)) {
      assert.ok((byRecord[what][record] ?? 0) >= number, `${what} of ${record}: ${byRecord[what][record]} of ${number}`);
    }
  }
  for (const [table, action] of [["record", "record.create"], ["person", "person.add"], ["note", "note.write"]]) {
    const rows = query(kind, database, `SELECT id FROM ${table} ORDER BY id`).map(([id]) => id);
    const logged = query(kind, database, "SELECT s.subject FROM audit_entry e JOIN audit_subject s ON s.sequence = e.sequence " +
      `WHERE e.action = '${action}' AND s.ordinal = 0 ORDER BY s.subject`).map(([id]) => id);
    assert.deepEqual(rows, logged, `${table} and ${action}`);
  }
};

const run = async (kind) => {
  const { folder, database, remove } = emptyDatabase(kind);
  const world = JSON.parse(execFileSync(seed, [database, join(folder, "keys", "thb.key")], { encoding: "utf8" }));
  let server = await serveDesk(program, database, folder);
  const base = server.address;
  const writers = ["officer", "colleague", "worker"].map((name) => new Writer(world.accounts[name]));
  for (const writer of writers) await writer.signIn(base);
  const done = () => writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
  const unanswered = [];
  let crashes = 0;
  while (done() < kWrites) {
    const until = Math.min(kWrites, done() + 1 + random(2 * kWritesBetweenCrashes));
    let killed = false;
    const work = writers.map(async (writer) => {
      while (!killed && done() < until) {
        // A connection that breaks is the crash; everything else is a fault.
        await writer.write(base).catch((error) => {
          if (error instanceof Unanswered) unanswered.push(error.message);
          else if (!killed || error.name === "AssertionError") throw error;
        });
      }
    });
    while (done() < until) await new Promise((later) => setTimeout(later, 1));
    killed = true;
    await server.stop("SIGKILL");
    await Promise.all(work);
    crashes += 1;
    server = await serveDesk(program, database, folder, new URL(base).port);
  }
  await server.stop();
  checkRows(kind, database, writers);
  console.log(execFileSync(program, ["audit", "verify", "--db", database, "--key", join(folder, "keys", "thb.key"),
    "--heads", join(folder, "heads")], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim());
  console.log(`${kind}: ${done()} acknowledged writes, ${crashes} crashes`);
  if (unanswered.length > 0) console.log(unanswered.join("\n"), server.said());
  assert.ok(unanswered.length <= kUnanswered, `${unanswered.length} requests failed`);
  remove();
};

await run("sqlite");
if (process.env.THB_TEST_POSTGRES) await run("postgresql");
