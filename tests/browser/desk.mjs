// The referral desk in a browser, script off and by keyboard: the whole life of an adult case and of
// a child case by five roles in five organisations, on SQLite and, where THB_TEST_POSTGRES names a
// server, on PostgreSQL. Then axe on every page that was seen, in both languages, no sideways
// scrolling. At the end the log is verified, and what was typed into sealed fields is searched for in
// everything that lies on a disk (casework rule 21).
//
// node desk.mjs PROGRAM SEED [FOLDER FOR PICTURES | --brief]
//
// --brief, for a build that is slow: SQLite alone, and no page a second time for axe.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { open } from "./browser.mjs";
import { bookInterpreter, endStay, handOverTask, keepOrganisation, replaceGuardian } from "./desk_organisation.mjs";
import { makeNodes, referAbroad } from "./desk_nodes.mjs";
import { eraseOnRequest, keepAccounts, keepFiles, liftRestriction, mergeTwo, protectNotes } from "./desk_privacy.mjs";
import { emptyDatabase, serveDesk, totp } from "./desk_server.mjs";

const [program, seed, option] = process.argv.slice(2);
const brief = option === "--brief";
const pictures = brief ? undefined : option;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const failures = [];

const check = async (name, run) => {
  try {
    await run();
    console.log(`ok       ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAILED   ${name}\n${error.stack ?? error}`);
  }
};

// Whatever is typed into a sealed field holds this; no file may.
const canary = "Qx7ZyKanarie";
const secret = (what) => `${canary} ${what}`;

// The canary as it is, case-folded, as UTF-16, hexadecimal digits and base64 at each offset.
const canaryPatterns = () => {
  const wide = [...canary].join("\\x00");
  const base64 = [0, 1, 2].map((offset) => Buffer.from("\0".repeat(offset) + canary).toString("base64")
    .slice(Math.ceil(offset * 8 / 6), -4).replace(/[+/]/gu, "[-+_/]"));
  return [new RegExp(`${canary}|${wide}|${Buffer.from(canary).toString("hex")}`, "i"), new RegExp(base64.join("|"))];
};

const holdsCanary = (bytes) => {
  const text = bytes.toString("latin1");
  return canaryPatterns().some((pattern) => pattern.test(text));
};

const filesUnder = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));

// Files that hold it, and how many were read. A search that finds nothing in a leak proves nothing.
const searchForCanary = (folders, said) => {
  for (const leak of [canary, canary.toUpperCase(), Buffer.from(canary, "utf16le"),
    Buffer.from(canary).toString("hex"), Buffer.from(`x${canary}yz`).toString("base64")]) {
    assert.ok(holdsCanary(Buffer.concat([Buffer.from([0, 200]), Buffer.from(leak)])), "the search is blind");
  }
  const files = folders.flatMap(filesUnder);
  assert.deepEqual(files.filter((file) => holdsCanary(readFileSync(file))), []);
  assert.ok(!holdsCanary(Buffer.from(said)), "the server said it");
  return files.length;
};

// Somebody at a keyboard. Nothing is clicked.
class Worker {
  constructor(browser, base, account) {
    Object.assign(this, { browser, base, account, seen: new Set() });
  }

  async begin() {
    this.context = await this.browser.newContext({ javaScriptEnabled: false, baseURL: this.base });
    this.page = await this.context.newPage();
    await this.go("/en/desk");
    await this.signIn(totp(this.account.totp));
    return this;
  }
  async signIn(code) {
    await this.type("Login name", this.account.login);
    await this.type("Password", this.account.password);
    await this.type("Code", code);
    await this.press("Sign in");
  }
  // A recovery code: those of the app are good once in half a minute.
  spare() { return this.account.recovery.pop(); }

  async go(address) {
    const response = await this.page.goto(address);
    this.note();
    return response;
  }
  note() {
    const address = new URL(this.page.url());
    this.seen.add(address.pathname + address.search);
  }

  // Tab until the element has the focus, which must be seen.
  async reach(locator) {
    const handle = await locator.elementHandle({ timeout: 5000 }).catch(async (error) => {
      throw new Error(`${error.message}\non ${this.page.url()}\n${await this.page.locator("main").innerText()}`);
    });
    for (let presses = 0; presses < 600; ++presses) {
      const found = await this.page.evaluate((one) => document.activeElement === one, handle);
      if (found) break;
      await this.page.keyboard.press("Tab");
    }
    const state = await this.page.evaluate((one) => {
      const style = getComputedStyle(document.activeElement);
      return { there: document.activeElement === one, outline: style.outlineStyle !== "none" };
    }, handle);
    assert.ok(state.there, "cannot be reached by keyboard");
    assert.ok(state.outline, "the focus cannot be seen");
  }
  field(label) { return this.page.getByLabel(label).first(); }

  async type(label, text) {
    const field = this.field(label);
    await this.reach(field);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }
  // Into a field of a date, part by part, in the order of the browser's language.
  async typeDay(label, day) {
    await this.reach(this.field(label));
    await this.page.keyboard.type(day.slice(5, 7) + day.slice(8, 10) + day.slice(0, 4));
    assert.equal(await this.field(label).inputValue(), day, label);
  }
  // A choice of a list, by typing its beginning.
  async choose(label, text) {
    const field = this.field(label);
    await this.reach(field);
    await this.page.keyboard.type(text);
    const chosen = await field.evaluate((one) => one.selectedOptions[0].textContent);
    assert.ok(chosen.startsWith(text), `${label}: ${chosen} is chosen, not ${text}`);
  }
  // A radio button or a box inside the group of that name. Arrows move between radio buttons.
  async mark(group, label) {
    const set = this.page.getByRole("group", { name: group }).first();
    const box = set.getByLabel(label, { exact: true });
    const type = await box.getAttribute("type");
    if (type === "checkbox") {
      if (await box.isChecked()) return;
      await this.reach(box);
      await this.page.keyboard.press("Space");
    } else {
      const checked = set.locator("input:checked");
      const first = (await checked.count()) > 0 ? checked : set.locator("input").first();
      await this.reach(first);
      await this.page.keyboard.press("Space");
      const count = await set.locator("input").count();
      for (let presses = 0; presses < count && !(await box.isChecked()); ++presses) {
        await this.page.keyboard.press("ArrowDown");
      }
    }
    assert.ok(await box.isChecked(), `${group}: ${label} is not chosen`);
  }
  async unmark(group, label) {
    const box = this.page.getByRole("group", { name: group }).first().getByLabel(label, { exact: true });
    await this.reach(box);
    if (await box.isChecked()) await this.page.keyboard.press("Space");
    assert.ok(!(await box.isChecked()), `${group}: ${label} is chosen`);
  }
  async press(name) {
    const button = this.page.locator("main, header").getByRole("button", { name, exact: true }).first();
    await this.reach(button);
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
    this.note();
  }
  // What asks for password and code once more, where that was not done a moment ago.
  async act(name) {
    await this.press(name);
    if (await this.page.getByRole("heading", { name: "Are you still here?" }).count() === 0) return;
    await this.type("Password", this.account.password);
    await this.type("Code", this.spare());
    await this.press("Go on");
    if (await this.page.getByRole("button", { name, exact: true }).count() > 0) await this.press(name);
  }
  async follow(name) {
    const link = this.page.getByRole("link", { name }).first();
    await this.reach(link);
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
    this.note();
  }
  async says(text) {
    const body = await this.page.locator("main").innerText();
    assert.ok(typeof text === "string" ? body.includes(text) : text.test(body), `“${text}” is not on\n${body.slice(0, 2000)}`);
  }
  // What the server does beside its requests may take a moment.
  async awaits(address, text) {
    const end = Date.now() + 30_000;
    do await this.go(address);
    while (!(await this.page.locator("main").innerText()).includes(text) && Date.now() < end);
    await this.says(text);
  }
  async hides(text) {
    const body = await this.page.content();
    assert.ok(!body.includes(text), `“${text}” is on the page`);
  }
  address() { return new URL(this.page.url()).pathname; }
}

const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/u;

const firstEntry = async (officer, child) => {
  await officer.go("/en/desk/entry");
  await officer.mark("Is somebody in danger now?", "No");
  await officer.mark("May the person be a child?", child);
  await officer.type("Where is it safe to reach you?", secret("gate"));
  await officer.press("Get a reference");
  await officer.says(reference);
  await officer.says("112");
  return officer.address().match(/records\/([a-z0-9]+)/u)[1];
};

const enterPerson = async (worker, record, name) => {
  await worker.go(`/en/desk/records/${record}/persons/new`);
  await worker.choose("Part in the case", "Victim");
  await worker.type("First name", name);
  await worker.type("Family name", secret("family"));
  await worker.press("Save");
  await worker.says(name);
};

const screen = async (worker, record) => {
  await worker.go(`/en/desk/records/${record}/screenings/new`);
  const first = await worker.page.locator("fieldset input[type=radio]").first();
  await worker.reach(first);
  await worker.page.keyboard.press("Space");
  await worker.press("Begin");
  const groups = worker.page.locator("fieldset");
  for (const [number, label] of [[0, "Yes"], [1, "No"], [2, "Could not ask"]]) {
    await worker.mark(await groups.nth(number).locator("legend").innerText(), label);
  }
  await worker.press("Save the draft");
  await worker.says("What is recorded so far");
  await worker.press("Save and finish");
  await worker.says("finished");
  await worker.hides("negative");
};

const consent = async (worker, record, recipient, purpose, groups) => {
  await worker.go(`/en/desk/records/${record}/consents`);
  await worker.choose("Purpose", purpose);
  await worker.choose("Recipient", recipient);
  for (const group of groups) await worker.mark("What may be shared", group);
  await worker.mark("What the person said", "Yes");
  await worker.choose("How", "Spoken");
  await worker.type("Language", "en");
  await worker.press("Record");
  await worker.says(recipient);
};

const draft = async (worker, record, { kind, to, purpose, groups }) => {
  await worker.go(`/en/desk/records/${record}/referrals/new`);
  await worker.mark("Kind", kind);
  await worker.choose("To", to);
  await worker.choose("Purpose", purpose);
  for (const group of groups) await worker.mark("What they may see", group);
  await worker.type("Message", secret("message"));
  await worker.press("Make a draft");
};

const send = async (worker, way) => {
  await worker.says(way);
  await worker.press("Send");
  await worker.says(/State\nsent/u);
};

const refer = async (worker, record, what) => {
  await draft(worker, record, what);
  await send(worker, what.way);
};

// A transfer that is accepted is done: the record has moved.
const accept = async (worker, then = "accepted") => {
  await worker.go("/en/desk/inbox");
  await worker.reach(worker.page.locator("#inbox-table a").first());
  await Promise.all([worker.page.waitForNavigation(), worker.page.keyboard.press("Enter")]);
  await worker.press("Acknowledge");
  await worker.says("acknowledged");
  await worker.press("Accept");
  await worker.says(then);
};

const enterDecision = async (worker, record, track, event, more = async () => {}) => {
  await worker.go(`/en/desk/records/${record}/decisions`);
  const section = worker.page.locator(`#track-${track}`);
  await worker.reach(section.getByRole("link", { name: event, exact: true }));
  await Promise.all([worker.page.waitForNavigation(), worker.page.keyboard.press("Enter")]);
  worker.note();
  await more();
  await worker.press("Enter");
  await worker.says("What was entered");
};

const adultCase = async (people, visit) => {
  const { officer, worker, decider } = people;
  const record = await firstEntry(officer, "No");
  await enterPerson(officer, record, "Adult");
  await screen(officer, record);
  const shared = ["Identity", "Safe contact", "What happened", "Screening"];
  await consent(officer, record, "Synthetic Helpers", "Assistance", shared);
  await visit(officer);
  await refer(officer, record, { kind: "Transfer", to: "Synthetic Helpers", purpose: "Assistance", groups: shared, way: "On the consent" });
  await accept(worker, "done");
  assert.equal((await officer.go(`/en/desk/records/${record}`)).status(), 404, "the sender keeps no access");
  await worker.go(`/en/desk/records/${record}`);
  await worker.says(`Adult ${secret("family")}`);
  await worker.hides("Presumed child");
  // A draft that asks for more than the consent says so, and is changed.
  const asked = ["Identity", "What happened", "Decisions"];
  await consent(worker, record, "Synthetic Authority", "Formal identification", asked);
  await draft(worker, record, { kind: "Referral", to: "Synthetic Authority", purpose: "Formal identification", groups: asked });
  await worker.says("does not cover: Safe contact");
  await worker.follow("Change the draft");
  await worker.unmark("What they may see", "Safe contact");
  await worker.press("Save");
  await send(worker, "On the consent");
  await accept(decider);
  await enterDecision(decider, record, "identification", "Referred for a decision");
  await enterDecision(decider, record, "identification", "Reasonable grounds: yes");
  await enterDecision(decider, record, "reflection", "Begun");
  await decider.says("runs");
  await worker.go(`/en/desk/records/${record}/decisions`);
  await worker.says("Presumed victim");
  await worker.go(`/en/desk/records/${record}/assistance`);
  await worker.follow("Individual assessment of needs");
  await worker.type("What the person wants, in their words", secret("a quiet place"));
  await worker.press("Save");
  await worker.says(secret("a quiet place"));
  await worker.go(`/en/desk/records/${record}/placement`);
  await worker.choose("Place", "House B");
  await worker.press("Take this place");
  await worker.says("House B");
  await bookInterpreter(worker, record, secret);
  await endStay(worker, record);
  await enterDecision(decider, record, "identification", "Final decision: identified");
  // Consent is taken back: the authority sees nothing more, in the same request.
  await worker.go(`/en/desk/records/${record}/consents`);
  await worker.reach(worker.page.locator("#consents tr", { hasText: "Synthetic Authority" }).getByRole("link"));
  await Promise.all([worker.page.waitForNavigation(), worker.page.keyboard.press("Enter")]);
  worker.note();
  await worker.press("Take back");
  await worker.says("taken back");
  const answer = async (address) => {
    const response = await decider.go(address);
    return { status: response.status(), text: await response.text() };
  };
  const after = await answer(`/en/desk/records/${record}`);
  assert.equal(after.status, 404);
  assert.deepEqual(after, await answer("/en/desk/records/00000000000000000000000000"), "gone is as never there");
  await worker.go(`/en/desk/records/${record}/state`);
  await worker.choose("Why", "The person needs no more help");
  await worker.press("Close");
  await worker.says("closed");
  return record;
};

// A ground of the closed list, asked by one and agreed to by another.
const override = async (asking, agreeing, record, recipient) => {
  await asking.go(`/en/desk/records/${record}/overrides/new`);
  await asking.choose("Recipient", recipient);
  await asking.choose("Ground", "Protection of a child");
  await asking.type("What makes it so", secret("danger"));
  await asking.mark("Has the person been told?", "Yes");
  await asking.press("Ask");
  await asking.says("not yet agreed");
  const address = asking.address();
  assert.equal(await asking.page.getByRole("button", { name: "I agree, as second person" }).count(), 0, "nobody agrees with oneself");
  await agreeing.go(address);
  await agreeing.press("I agree, as second person");
  await agreeing.hides("not yet agreed");
};

const assessAge = async (worker, record) => {
  await worker.go(`/en/desk/records/${record}/child`);
  await worker.follow("Begin an age assessment");
  await worker.choose("Why is the age in doubt?", "No documents");
  await worker.choose("How it is assessed", "Social interview");
  await worker.mark("Does the person agree to be assessed?", "Yes");
  await worker.press("Save");
  assert.equal(await worker.page.getByRole("link", { name: "Decide", exact: true }).count(), 0, "only an authority decides an age");
};

const childCase = async (people, visit, restart) => {
  const { officer, colleague, worker, supervisor, guardian, decider } = people;
  const record = await firstEntry(officer, "Unknown");
  await enterPerson(officer, record, "Young");
  await override(officer, colleague, record, "Synthetic Helpers");
  await visit(officer);
  await refer(officer, record, { kind: "Transfer", to: "Synthetic Helpers", purpose: "Referral to an organisation", groups: ["Identity", "Safe contact", "Child track"], way: "On the override" });
  await accept(worker, "done");
  await restart();
  await worker.awaits("/en/desk", "A child has no guardian");
  await handOverTask(worker, supervisor);
  await worker.go(`/en/desk/records/${record}/child`);
  await worker.says("This child has no guardian.");
  await assessAge(worker, record);
  await worker.follow("Enter a guardian");
  await worker.choose("Kind of guardian", "Guardianship institution");
  await worker.choose("Institution", "Synthetic Guardians");
  await worker.type("Name", secret("guardian"));
  await worker.press("Enter a guardian");
  await worker.hides("This child has no guardian.");
  await worker.go("/en/desk");
  await worker.hides("A child has no guardian");
  await worker.go(`/en/desk/records/${record}/child`);
  await worker.follow("Record a decision on best interests");
  await worker.choose("What was to be decided", "Where the child lives");
  await worker.type("What the child said", secret("wish"));
  await worker.type("What was weighed", secret("weighing"));
  await worker.type("Outcome", secret("outcome"));
  await worker.press("Save");
  await worker.says(secret("wish"));
  await worker.follow("Say who may be told");
  await worker.type("Who", secret("relative"));
  await worker.mark("May they be told?", "must not be told");
  await worker.press("Save");
  await worker.says("must not be told");
  // The guardian's institution takes part in the named child's record, and in no other.
  await guardian.go(`/en/desk/records/${record}/child`);
  await guardian.says(secret("wish"));
  await guardian.go("/en/desk/cases");
  assert.equal(await guardian.page.locator("main tbody tr").count(), 1);
  await replaceGuardian(worker, record, secret);
  // To protect a child a decision needs neither consent nor an override.
  await refer(worker, record, { kind: "Referral", to: "Synthetic Authority", purpose: "Formal identification", groups: ["Identity", "Decisions", "Child track"], way: "To protect a child" });
  await accept(decider);
  await decider.go(`/en/desk/records/${record}/child`);
  await decider.follow("Decide");
  await decider.mark("What was found", "Still uncertain");
  await decider.type("Reasons", secret("doubt"));
  await decider.press("Save");
  await decider.says("Presumed child");
  await enterDecision(decider, record, "identification", "Referred for a decision");
  await enterDecision(decider, record, "identification", "Reasonable grounds: yes");
  await worker.go(`/en/desk/records/${record}/assistance`);
  await worker.follow("Support plan");
  await worker.press("Save");
  return record;
};

// On a phone, without script: three questions, few touches, little to load (casework rule 16).
const entryOnAPhone = async (browser, base, officer) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: base, hasTouch: true, isMobile: true,
    viewport: { width: 360, height: 740 }, storageState: await officer.context.storageState() });
  const page = await context.newPage();
  const loaded = [];
  page.on("response", (response) => loaded.push(response));
  await page.goto("/en/desk/entry", { waitUntil: "networkidle" });
  let bytes = 0;
  for (const response of loaded) bytes += (await response.body()).length;
  assert.ok(bytes > 1_000 && bytes < 100_000, `${bytes} bytes`);
  let touches = 0;
  const tap = async (locator) => {
    touches += 1;
    await locator.tap();
  };
  const choose = (question) => page.getByRole("group", { name: question }).first().getByLabel("No", { exact: true });
  await tap(choose("Is somebody in danger now?"));
  await tap(choose("May the person be a child?"));
  await tap(page.getByLabel("Where is it safe to reach you?").first());
  await page.keyboard.type(secret("phone"));
  await tap(page.getByRole("button", { name: "Get a reference" }));
  await page.getByText(reference).first().waitFor();
  assert.ok(touches <= 12, `${touches} touches`);
  await context.close();
};

// A case of its own, which is gone at the end.
const erasure = async ({ worker, supervisor, second }, visit) => {
  const look = async () => {
    await visit(worker);
    await visit(supervisor);
  };
  const record = await firstEntry(worker, "No");
  await enterPerson(worker, record, "Erased");
  await protectNotes({ worker, supervisor }, record, secret);
  await keepFiles(worker, record, secret);
  await enterPerson(worker, await firstEntry(worker, "No"), "Erased");
  await mergeTwo(supervisor, second, record, look);
  await liftRestriction(supervisor, second, record);
  await eraseOnRequest(worker, supervisor, second, record, secret, look);
};

// The focal point refers a person of its own to another state.
const abroad = async ({ focal }, nodes) => {
  const record = await firstEntry(focal, "No");
  await enterPerson(focal, record, "Abroad");
  await referAbroad(focal, record, nodes, secret);
};

// Who watches is watched; and pages that no case leads to.
const oversight = async ({ auditor, supervisor, worker }) => {
  await auditor.go("/en/desk/log");
  await auditor.go("/en/desk/log?action=log.read");
  await auditor.says("log.read");
  await auditor.hides(canary);
  assert.equal((await worker.go("/en/desk/log")).status(), 403);
  await supervisor.go("/en/desk/load");
  for (const page of ["account", "approvals", "break-glass", "cases", "open", "rights", "rights/card", "search", "sheets"]) {
    assert.equal((await worker.go(`/en/desk/${page}`)).status(), 200, page);
  }
};

const run = async (kind) => {
  const { folder, database, remove } = emptyDatabase(kind);
  const world = JSON.parse(execFileSync(seed, [database, join(folder, "keys", "thb.key")], { encoding: "utf8" }));
  let server = await serveDesk(program, database, folder);
  // A new server does at once what is done each minute; sessions go on.
  const restart = async () => {
    await server.stop();
    server = await serveDesk(program, database, folder, new URL(server.address).port);
  };
  const browser = await open();
  const people = {};
  // Pages do not depend on the database.
  const visit = (person) => kind === "sqlite" && !brief ? visitAll(kind, browser, person) : undefined;
  try {
    for (const name of Object.keys(world.accounts)) {
      people[name] = await new Worker(browser, server.address, world.accounts[name]).begin();
    }
    await check(`${kind}: what an organisation keeps`, () => keepOrganisation(people, secret));
    await check(`${kind}: accounts`, () => keepAccounts(people, secret));
    await check(`${kind}: a first entry on a phone`, () => entryOnAPhone(browser, server.address, people.officer));
    await check(`${kind}: an adult's case from first entry to closing`, () => adultCase(people, visit));
    await check(`${kind}: a child's case`, () => childCase(people, visit, restart));
    await check(`${kind}: an erasure`, () => erasure(people, visit));
    const nodes = makeNodes(program, database, folder);
    await check(`${kind}: a referral to another state`, () => abroad(people, nodes));
    await check(`${kind}: oversight`, () => oversight(people));
    for (const person of Object.values(people)) await visit(person);
    // While the server runs, so that what has not yet left its log of writes is there, too.
    await check(`${kind}: nothing that is sealed lies anywhere in clear`, () => {
      const postgres = process.env.THB_TEST_POSTGRES;
      const cluster = kind === "sqlite" ? null : postgres.match(/host=([^&]+)/u)?.[1];
      if (cluster) execFileSync("psql", [postgres, "-qc", "CHECKPOINT"]);
      execFileSync(program, ["backup", "--db", database, "--key", join(folder, "keys", "thb.key"),
        "--out", join(folder, "main"), "--keys-out", join(folder, "short")], { stdio: "ignore" });
      const files = searchForCanary(cluster ? [folder, cluster] : [folder], server.said());
      console.log(`${files} files searched`);
    });
  } finally {
    await browser.close();
    await server.stop();
  }
  await check(`${kind}: the log is whole`, () => {
    const said = execFileSync(program, ["audit", "verify", "--db", database, "--key", join(folder, "keys", "thb.key"),
      "--heads", join(folder, "heads")], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    console.log(said.trim());
  });
  remove();
};

// Every page that this person saw, again with script on for axe alone, in both languages.
const visitAll = async (kind, browser, person) => {
  const context = await browser.newContext({
    baseURL: person.base, bypassCSP: true, storageState: await person.context.storageState() });
  const page = await context.newPage();
  for (const seen of [...person.seen].sort()) {
    for (const language of ["en", "nl"]) {
      const address = seen.replace(/^\/en/u, `/${language}`);
      await check(`${kind}: axe and width of ${address} for ${person.account.login}`, () => look(page, address, person));
    }
  }
  await context.close();
  person.seen.clear();
};

const look = async (page, address, person) => {
  const response = await page.goto(address);
  assert.ok([200, 404, 403, 409].includes(response.status()), `status ${response.status()}`);
  const text = await page.content();
  assert.ok(!text.includes("[["), `a text is missing: ${text.match(/\[\[[^\]]*\]\]/u)}`);
  const title = await page.title();
  assert.ok(!holdsCanary(Buffer.from(title)) && !/traffick|victim|mensenhandel|slachtoffer|synthetic/iu.test(title), `the title tells: ${title}`);
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const said = result.violations.map((one) =>
    `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n  ")}`);
  assert.deepEqual(said, []);
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
    if (pictures) {
      const name = `${person.account.login}${address.replace(/[a-z0-9]{20,}/gu, "X").replace(/[^a-zA-Z0-9]+/gu, "_")}`;
      await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
    }
  }
};

if (pictures) mkdirSync(pictures, { recursive: true });
await run("sqlite");
if (process.env.THB_TEST_POSTGRES && !brief) await run("postgresql");
console.log(failures.length === 0 ? "all passed" : `${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
