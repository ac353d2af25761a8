// Acts of two persons and the rights of the person whom a case is about: an account and its role, a
// restriction lifted, a request answered, a note redacted, a person erased. For desk.mjs, which gives
// the people and, as `secret`, what is searched for afterwards.
import assert from "node:assert/strict";

const askedFor = async (worker, what) => {
  await worker.go("/en/desk/approvals");
  return worker.page.locator("#asked-table tr, #asked tr", { hasText: what });
};

// Somebody else agrees, then the asker carries it out.
const agreeAndCarryOut = async (asking, agreeing, what) => {
  await agreeing.go("/en/desk/approvals");
  await agreeing.says(what);
  await agreeing.act("I agree");
  const row = await askedFor(asking, what);
  assert.ok(await row.getByRole("button", { name: "Carry it out" }).count() > 0, `${what} was not agreed to`);
  await asking.act("Carry it out");
};

// An administrator makes an account and opens no case; its role needs a second person.
export const keepAccounts = async ({ administrator, supervisor, worker }, secret) => {
  assert.equal((await worker.go("/en/desk/accounts")).status(), 403);
  await administrator.go("/en/desk/organisation");
  await administrator.follow("Which accounts are there?");
  await administrator.follow("Add an account");
  await administrator.type("Login name", "newcomer");
  await administrator.type(/^Name/u, secret("Newcomer"));
  await administrator.act("Add an account");
  await administrator.says("Shown once.");
  await administrator.follow("They are handed over");
  await administrator.says("not yet taken up");
  await administrator.follow("Ask for a role");
  await administrator.choose("Role and scope", "Case worker (own)");
  await administrator.type("Reason", secret("a new colleague"));
  await administrator.press("Ask a second person");
  await administrator.says("open");
  assert.equal(await administrator.page.getByRole("button", { name: "Carry it out" }).count(), 0);
  await agreeAndCarryOut(administrator, supervisor, "A role for an account");
  await administrator.go("/en/desk/accounts");
  await administrator.follow("newcomer");
  await administrator.says("Case worker (own)");
  await administrator.follow("Change the account");
  await administrator.mark("May the holder sign in?", "No");
  await administrator.press("Save");
  await administrator.says("disabled");
};

// A restriction that somebody set is lifted by two.
export const liftRestriction = async (asking, agreeing, record) => {
  await asking.go(`/en/desk/records/${record}/access`);
  await asking.choose("Restriction", "Staff");
  await asking.press("Restrict");
  await asking.follow("Ask to lift a restriction");
  await asking.choose("Restriction", "Staff");
  await asking.type("Reason", "Synthetic: entered by mistake");
  await asking.press("Ask a second person");
  await agreeAndCarryOut(asking, agreeing, "Lifting a restriction");
  await asking.go(`/en/desk/records/${record}/access`);
  assert.equal(await asking.page.getByRole("link", { name: "Ask to lift a restriction" }).count(), 0);
};

// She asks to be erased, which her worker grants and two supervisors do; nobody finds the record then.
// `look` sees the pages before what they are about is gone.
export const eraseOnRequest = async (worker, asking, agreeing, record, secret, look) => {
  await worker.go(`/en/desk/records/${record}`);
  await worker.follow("What the person asks about her data");
  await worker.choose("What is asked", "Erasure");
  await worker.type("Remark", secret("by letter"));
  await worker.press("Enter the request");
  await worker.says(secret("by letter"));
  await worker.follow("Erasure");
  await worker.mark("Decision", "granted");
  await worker.press("Decide");
  await worker.says("granted");
  await asking.go(`/en/desk/records/${record}`);
  await asking.reach(asking.page.locator("#persons a").first());
  await Promise.all([asking.page.waitForNavigation(), asking.page.keyboard.press("Enter")]);
  await asking.follow("Erase this person");
  await asking.says("the whole record");
  await asking.type("Reason", secret("at her wish"));
  await asking.press("Ask a second person");
  await look();
  await agreeAndCarryOut(asking, agreeing, "Erasing a person");
  const gone = await asking.go(`/en/desk/records/${record}`);
  assert.equal(gone.status(), 404);
};

// Notes that open with a passphrase alone: the key is made by two, and a third is let in.
export const protectNotes = async ({ worker, supervisor }, record, secret) => {
  await supervisor.go("/en/desk/note-key");
  await supervisor.type("Your passphrase", secret("supervisor phrase"));
  await supervisor.choose("Recovery officer", "Synthetic Worker second");
  await supervisor.type("The officer's passphrase", secret("officer phrase"));
  await supervisor.act("Make the key");
  if (supervisor.address().endsWith("/note-key")) {
    // Passphrases are in no draft: after signing in once more they are typed again.
    await supervisor.type("Your passphrase", secret("supervisor phrase"));
    await supervisor.type("The officer's passphrase", secret("officer phrase"));
    await supervisor.press("Make the key");
  }
  await supervisor.go("/en/desk/note-key/members");
  await supervisor.type("Your passphrase", secret("supervisor phrase"));
  await supervisor.choose("Colleague", "Synthetic Worker worker");
  await supervisor.type("The colleague's passphrase", secret("worker phrase"));
  await supervisor.press("Let a colleague read protected notes");
  await worker.go(`/en/desk/records/${record}`);
  await worker.follow("Protected notes");
  await worker.type("Note", secret("what she told the counsellor"));
  await worker.press("Write a protected note");
  await worker.hides(secret("what she told the counsellor"));
  await worker.reach(worker.page.locator("#protected-table a, #protected a").first());
  await Promise.all([worker.page.waitForNavigation(), worker.page.keyboard.press("Enter")]);
  worker.note();
  await worker.type("Passphrase", "not the passphrase");
  await worker.press("Open the note");
  await worker.says("do not open with this passphrase");
  await worker.type("Passphrase", secret("worker phrase"));
  await worker.press("Open the note");
  await worker.says(secret("what she told the counsellor"));
};

// Two records of one person become one, by two people.
export const mergeTwo = async (asking, agreeing, record, look) => {
  await asking.go(`/en/desk/records/${record}`);
  await asking.reach(asking.page.locator("#persons a").first());
  await Promise.all([asking.page.waitForNavigation(), asking.page.keyboard.press("Enter")]);
  await asking.follow("Who may be the same person");
  await asking.reach(asking.page.locator("main table a").first());
  await Promise.all([asking.page.waitForNavigation(), asking.page.keyboard.press("Enter")]);
  asking.note();
  await asking.says("of 100 alike");
  const stays = asking.page.locator("fieldset input[type=radio]").first();
  await asking.reach(stays);
  await asking.page.keyboard.press("Space");
  await asking.type("Reason", "Synthetic: entered twice");
  await asking.press("Ask a second person");
  await look();
  await agreeAndCarryOut(asking, agreeing, "Merging two records");
};

// A file is sent, kept by the browser as it was, and removed. What is no file of a known type is refused.
export const keepFiles = async (worker, record, secret) => {
  const content = Buffer.from(`%PDF-1.7\n${secret("evidence")}\n`);
  await worker.go(`/en/desk/records/${record}`);
  await worker.follow("Files");
  await worker.press("Add the file");
  await worker.says("choose a file");
  await worker.field("File").setInputFiles({ name: "program.exe", mimeType: "application/pdf", buffer: Buffer.from("MZ\u0000\u0001") });
  await worker.choose("It belongs to", "What happened");
  await worker.press("Add the file");
  await worker.says("What has to be mended");
  await worker.field("File").setInputFiles({ name: `${secret("statement")}.pdf`, mimeType: "text/html", buffer: content });
  await worker.press("Add the file");
  await worker.says("statement");
  const link = worker.page.getByRole("link", { name: "statement" }).first();
  await worker.reach(link);
  const [download] = await Promise.all([worker.page.waitForEvent("download"), worker.page.keyboard.press("Enter")]);
  assert.ok(download.suggestedFilename().endsWith("statement.pdf"), download.suggestedFilename());
  const kept = await download.createReadStream();
  const chunks = [];
  for await (const chunk of kept) chunks.push(chunk);
  assert.deepEqual(Buffer.concat(chunks), content);
  await download.delete();
  await worker.press("Remove");
  await worker.says("No file yet.");
};
