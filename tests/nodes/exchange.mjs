// Two states' nodes as two programs over HTTPS, and a third that is hostile: a referral is sent from
// the desk of one, answered on the desk of the other, and taken back (casework rule 17). All persons
// are synthetic.
//
// node exchange.mjs PROGRAM SEED
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DeskClient, fieldsOf } from "../browser/desk_client.mjs";
import { emptyDatabase, serveDesk } from "../browser/desk_server.mjs";

const [program, seed] = process.argv.slice(2);
const kName = "Synthetic Canary Wren";

// --- Certificates: Node takes an authority only when it starts -----------------------------------

const makeCertificates = (folder) => {
  const openssl = (...words) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Synthetic CA");
  openssl("req", ...key, "-keyout", "key.pem", "-out", "server.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "names"), "subjectAltName=IP:127.0.0.1\n");
  openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-extfile", "names", "-out", "chain.pem");
};

if (!process.env.THB_TEST_TLS) {
  const folder = mkdtempSync(join(tmpdir(), "thb-tls-"));
  makeCertificates(folder);
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), program, seed],
    { stdio: "inherit", env: { ...process.env, THB_TEST_TLS: folder, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") } });
  rmSync(folder, { recursive: true });
  process.exit(run.status ?? 1);
}
const certificates = process.env.THB_TEST_TLS;

// --- A state -----------------------------------------------------------------------------------

class State {
  constructor(name) {
    Object.assign(this, { name, ...emptyDatabase("sqlite") });
    this.inbox = join(this.folder, "in");
    mkdirSync(this.inbox);
    this.key = join(this.folder, "keys", "thb.key");
    this.seeded = JSON.parse(execFileSync(seed, [this.database, this.key], { encoding: "utf8" }));
    this.node("make", name);
  }
  run(...words) {
    const done = spawnSync(program, words, { encoding: "utf8" });
    return { status: done.status, out: done.stdout, said: done.stderr };
  }
  tried(action, ...words) {
    return this.run("node", action, ...words, "--db", this.database, "--key", this.key);
  }
  node(action, ...words) {
    const done = this.tried(action, ...words);
    assert.equal(done.status, 0, `${this.name} node ${action}: ${done.said}`);
    return done.out;
  }
  async serve() {
    this.server = await serveDesk(program, this.database, this.folder, 0, ["--node-folder", this.inbox,
      "--certificate", join(certificates, "chain.pem"), "--key", join(certificates, "key.pem")]);
    this.address = this.server.address.replace(/\/$/u, "");
    this.packages = `${this.address}/node/v1/packages`;
    this.focal = new DeskClient(this.seeded.accounts.focal);
    await this.focal.signIn(this.address);
  }
  // Pins the other's keys, each fingerprint confirmed by two people.
  trust(other) {
    const identity = other.node("show");
    const file = join(this.folder, `${other.name}.json`);
    writeFileSync(file, identity);
    this.node("add", file, "--address", other.packages);
    for (const person of ["synthetic-1", "synthetic-2"]) {
      this.node("confirm", other.name, "--fingerprint", JSON.parse(identity).fingerprint, "--by", person);
    }
  }
  deliver() {
    this.node("send-queue", "--authorities", join(certificates, "ca.pem"));
  }
  receive() {
    return JSON.parse(this.tried("receive", this.inbox, "--json").out);
  }
  status() {
    return JSON.parse(this.node("status", "--json"))[0];
  }
  async page(path) {
    const page = await this.focal.request(this.address, path);
    assert.equal(page.status, 200, `${this.name} ${path}: ${page.status}`);
    return page.text;
  }
  send(path, typed) {
    return this.focal.send(this.address, path, typed);
  }
  // The client sends a name once, so the groups are set apart.
  async consent(record, typed, groups) {
    const path = `/en/desk/records/${record}/consents`;
    const fields = fieldsOf(await this.page(path), path);
    for (const [name, value] of Object.entries(typed)) fields.set(name, value);
    fields.delete("groups");
    for (const group of groups) fields.append("groups", group);
    const answer = await this.focal.request(this.address, path, fields);
    assert.equal(answer.status, 303, answer.text.match(/<main.*<\/main>/su)?.[0].replace(/<[^>]*>/gu, " "));
  }
  verify() {
    const done = this.run("audit", "verify", "--db", this.database, "--key", this.key);
    assert.equal(done.status, 0, `${this.name}: ${done.out}${done.said}`);
  }
  async stop() {
    await this.server?.stop();
    this.remove();
  }
}

// What the other takes, and what it answers at once.
const exchange = (from, to) => {
  from.deliver();
  to.receive();
  to.deliver();
  from.receive();
};

// --- The steps ---------------------------------------------------------------------------------

const post = async (state, bytes) => {
  const answer = await fetch(state.packages, { method: "POST", body: bytes,
    headers: { "content-type": "application/octet-stream" } });
  return `${answer.status} ${await answer.text()}`;
};

const openCase = async (state) => {
  const entered = await state.send("/en/desk/entry", { danger: "no", child: "no", reach: "Synthetic office" });
  const record = entered.match(/records\/([a-z0-9]+)\//u)[1];
  await state.send(`/en/desk/records/${record}/persons/new`, { role: "victim", first_name: kName, second_name: "Person", birthdate: "1990-02-03" });
  return record;
};

const allow = async (state, record, to) => {
  const fields = { purpose: "cross_border", recipient: `node:${to}`, state: "given", how: "spoken", language: "en" };
  await state.consent(record, fields, ["reference", "identity", "contact", "assistance"]);
  await state.send(`/en/desk/records/${record}/cross-border/protection`, { seeks: "no" });
  await state.send(`/en/desk/records/${record}/cross-border/risk`, { state: to, found: "no", reasons: "Synthetic reasons" });
};

const chooseAndSend = async (state, record, partner) => {
  const path = `/en/desk/records/${record}/cross-border/choose`;
  const fields = fieldsOf(await state.page(path), path);
  fields.set("partner", partner);
  fields.append("fields", "given_name");
  const chosen = await state.focal.request(state.address, path, fields);
  assert.equal(chosen.status, 303, chosen.text);
  const form = await state.page(chosen.to);
  assert.ok(form.includes(kName), "the form proposes what the record holds");
  const send = fieldsOf(form, `/en/desk/records/${record}/cross-border/send`);
  send.set("say-needs", "Synthetic: a safe place for two weeks");
  return state.focal.request(state.address, `/en/desk/records/${record}/cross-border/send`, send);
};

const beHostile = async (nl, be, fr, captured) => {
  const before = be.status().packages.length;
  const said = new Set();
  const attack = async (bytes) => said.add(await post(be, bytes));
  await attack(captured);  // a replay
  await attack(captured.subarray(0, captured.length - 1));
  const flipped = Buffer.from(captured);
  flipped[flipped.length / 2] ^= 1;
  await attack(flipped);
  await attack(Buffer.from("no package"));
  // From a node that nobody here has pinned; and what was sealed to another recipient.
  fr.trust(be);
  fr.node("change-keys");
  fr.deliver();
  assert.deepEqual([...said], ["202 received\n"], "who posts learns nothing");
  const taken = be.receive();
  assert.ok(taken.every((one) => one.again), JSON.stringify(taken));
  const now = be.status();
  assert.equal(now.packages.length, before, "nothing new");
  const refused = now.refusals.map((one) => one.refusal).sort();
  assert.deepEqual(refused, ["not_sealed_to_us", "unknown_sender"]);
  said.clear();
  said.add(await post(nl, captured));
  assert.deepEqual([...said], ["202 received\n"]);
  nl.receive();
  assert.ok(nl.status().refusals.some((one) => one.refusal === "not_sealed_to_us"), "it is not for the sender");
};

const main = async () => {
  const states = ["NL", "BE", "FR"].map((name) => new State(name));
  const [nl, be, fr] = states;
  try {
    for (const state of [nl, be]) await state.serve();
    nl.trust(be);
    be.trust(nl);
    const record = await openCase(nl);
    const early = await chooseAndSend(nl, record, "BE");
    assert.notEqual(early.status, 303, "without consent nothing goes");
    assert.ok(early.text.includes("no consent"), "and the page says why");
    await allow(nl, record, "BE");
    const sent = await chooseAndSend(nl, record, "BE");
    assert.equal(sent.status, 303, sent.text.match(/<main.*<\/main>/su)?.[0].replace(/<[^>]*>/gu, " "));
    assert.notEqual(nl.tried("send-queue").status, 0, "a certificate of an authority that is not trusted");
    assert.equal(readdirSync(be.inbox).length, 0);
    nl.deliver();
    const [file] = readdirSync(be.inbox);
    const captured = readFileSync(join(be.inbox, file));
    assert.ok(!captured.includes("Canary"), "what travels is sealed");
    be.receive();
    be.deliver();
    nl.receive();
    assert.ok((await nl.page(`/en/desk/records/${record}/cross-border`)).includes("Arrived at the partner"));

    await beHostile(nl, be, fr, captured);

    const list = await be.page("/en/desk/nodes");
    assert.ok(!list.includes("Canary"), "a list names nobody");
    const path = list.match(/\/en\/desk\/nodes\/NL\/[a-z0-9]+/u)[0];
    const came = await be.page(path);
    assert.ok(came.includes(kName) && came.includes("a safe place for two weeks"));
    const opened = await be.send(`${path}/accept`, {});
    assert.ok((await be.page(opened)).includes("a safe place for two weeks"), "the case says what came");
    exchange(be, nl);
    assert.ok((await nl.page(`/en/desk/records/${record}/cross-border`)).includes("Accepted"));

    const consents = await nl.page(`/en/desk/records/${record}/consents`);
    const consent = consents.match(/consents\/withdraw\?consent=([a-z0-9]+)/u)[1];
      const withdraw = `/en/desk/records/${record}/consents/withdraw`;
    const form = await nl.page(`${withdraw}?consent=${consent}`);
    assert.equal((await nl.focal.request(nl.address, withdraw, fieldsOf(form, withdraw))).status, 303);
    exchange(nl, be);
    const closed = await be.page(path);
    assert.ok(!closed.includes(kName) && closed.includes("took this back"));
    assert.ok((await be.page("/en/desk/nodes")).includes("A partner withdrew its referral"));
    await be.send(`${path}/erased`, {});
    exchange(be, nl);
    assert.ok((await nl.page(`/en/desk/records/${record}/cross-border`)).includes("The partner signed that it erased this"));
    for (const state of [nl, be]) state.verify();
    console.log("two nodes: sent, replayed, accepted, withdrawn, erased; both logs verify");
  } finally {
    for (const state of states) await state.stop();
  }
};

await main();
