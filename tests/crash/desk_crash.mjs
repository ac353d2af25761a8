// kill -9 of the server at random moments of a thousand mixed writes: what was acknowledged is there,
// nothing is half there, and the log is whole (casework rule 18). On SQLite and, where
// THB_TEST_POSTGRES names a server, on PostgreSQL.
//
// node desk_crash.mjs PROGRAM SEED [WRITES]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { DeskClient } from "../browser/desk_client.mjs";
import { emptyDatabase, serveDesk } from "../browser/desk_server.mjs";

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

// Somebody who writes. A request fails where the server is killed; what it was about is then unknown.
class Writer extends DeskClient {
  constructor(account) {
    super(account);
    Object.assign(this, { records: [], named: new Set(), acknowledged: [] });
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
  let crashes = 0;
  while (done() < kWrites) {
    const until = Math.min(kWrites, done() + 1 + random(2 * kWritesBetweenCrashes));
    let killed = false;
    const work = writers.map(async (writer) => {
      while (!killed && done() < until) {
        // A connection that breaks is the crash; everything else is a fault.
        await writer.write(base).catch((error) => {
          if (!killed || error.name === "AssertionError") throw error;
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
  remove();
};

await run("sqlite");
if (process.env.THB_TEST_POSTGRES) await run("postgresql");
