// What the tests of the referral desk share: a database of either kind, a server over it, codes.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const base32 = (text) => {
  let bits = "";
  for (const letter of text) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/gu).map((byte) => parseInt(byte, 2)));
};

// The code of now (RFC 6238); each is good once.
export const totp = (secret) => {
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};

export const serveDesk = (program, database, folder, port = 0, more = []) => new Promise((resolve, reject) => {
  const server = spawn(program, ["serve", "--casework", database, "--key-file", join(folder, "keys", "thb.key"),
    "--log-heads", join(folder, "heads"), "--log", join(folder, "requests.log"), "--listen", `127.0.0.1:${port}`, ...more],
  { env: { ...process.env, TMPDIR: join(folder, "tmp") } });
  let said = "";
  server.stderr.on("data", (data) => {
    said += data;
    const address = said.match(/listening on (https?:\S+)/);
    if (address) resolve({ address: address[1], said: () => said,
      stop: (signal = "SIGTERM") => new Promise((done) => { server.on("exit", done); server.kill(signal); }) });
  });
  server.on("exit", () => reject(new Error(`thb serve ended: ${said}`)));
});

// A folder and the address of a database in it, or of a schema of its own on THB_TEST_POSTGRES.
export const emptyDatabase = (kind) => {
  const folder = mkdtempSync(join(tmpdir(), "thb-desk-"));
  for (const name of ["keys", "data", "tmp"]) mkdirSync(join(folder, name));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (kind === "sqlite") return { folder, database: join(folder, "data", "thb.db"), remove: removeFolder };
  const postgres = process.env.THB_TEST_POSTGRES;
  const schema = `desk_${process.pid}`;
  const run = (sql) => execFileSync("psql", [postgres, "-qc", `SET client_min_messages = warning; ${sql}`]);
  run(`CREATE SCHEMA ${schema}`);
  const database = `${postgres}${postgres.includes("?") ? "&" : "?"}options=-csearch_path%3D${schema}`;
  return { folder, database, remove: () => {
    run(`DROP SCHEMA ${schema} CASCADE; DROP SCHEMA IF EXISTS keys_of_${schema} CASCADE`);
    removeFolder();
  } };
};
