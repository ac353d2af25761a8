// A referral to another state from the focal point's desk, by keyboard. For desk.mjs, which gives the
// people, the database and, as `secret`, what is searched for afterwards. Two whole nodes are in
// tests/nodes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };

// Our node and a partner that has keys and a database of its own.
export const makeNodes = (program, database, folder) => {
  const there = join(folder, "partner");
  for (const name of ["", "data", "keys", "in"]) mkdirSync(join(there, name));
  const run = (db, key, ...words) => execFileSync(program, [...words, "--db", db, "--key", key], quiet);
  const ours = (...words) => run(database, join(folder, "keys", "thb.key"), "node", ...words);
  const theirs = (...words) => run(join(there, "data", "thb.db"), join(there, "keys", "thb.key"), ...words);
  theirs("key", "make");
  theirs("node", "make", "BE");
  ours("make", "NL");
  const pin = (node, identity, name, address) => {
    const file = join(there, `${name}.json`);
    writeFileSync(file, identity);
    node("add", file, "--address", address);
    for (const person of ["synthetic-1", "synthetic-2"]) {
      node("confirm", name, "--fingerprint", JSON.parse(identity).fingerprint, "--by", person);
    }
  };
  mkdirSync(join(folder, "came"));
  const partner = (...words) => theirs("node", ...words);
  pin(ours, partner("show"), "BE", join(there, "in"));
  pin(partner, ours("show"), "NL", join(folder, "came"));
  return { ours, partner, sent: () => readdirSync(join(there, "in")), came: join(folder, "came"), there: join(there, "in") };
};

const consentTo = async (focal, record) => {
  await focal.go(`/en/desk/records/${record}/consents`);
  await focal.choose("Recipient", "Belgium (another state)");
  await focal.choose("Purpose", "Referral to another state");
  for (const group of ["Reference and state", "Identity", "Safe contact", "Assistance"]) await focal.mark("What may be shared", group);
  await focal.mark("What the person said", "Yes");
  await focal.choose("How", "Spoken");
  await focal.type("Language", "en");
  await focal.press("Record");
  await focal.says("Belgium");
};

export const referAbroad = async (focal, record, nodes, secret) => {
  await focal.go(`/en/desk/records/${record}`);
  await focal.follow("Another state");
  await focal.says("Not checked");
  await focal.follow("Record the check for international protection");
  await focal.mark("Does the person seek or have protection from a state?", "Yes");
  await focal.press("Save");
  await focal.says("Yes names the states, no names none");
  await focal.mark("Does the person seek or have protection from a state?", "No");
  await focal.press("Save");
  await focal.follow("Record the check for danger there");
  await focal.choose("State", "Belgium");
  await focal.mark("Is there danger for the person in that state?", "No");
  await focal.type("Who was asked, and what was found", secret("brother"));
  await focal.press("Save");
  await focal.hides(secret("brother"));
  const fill = async () => {
    await focal.go(`/en/desk/records/${record}/cross-border`);
    await focal.follow("Send a referral");
    await focal.choose("Partner", "Belgium (BE)");
    await focal.press("Go on");
    await focal.type("What the person needs, and by when", secret("a house"));
    await focal.press("Sign and send");
  };
  await fill();
  await focal.says("there is no consent that holds");
  assert.equal(await focal.page.getByLabel("What the person needs, and by when").inputValue(), secret("a house"), "nothing typed is lost");
  await consentTo(focal, record);
  await fill();
  await focal.says("Waits to be sent");
  nodes.ours("send-queue");
  assert.equal(nodes.sent().length, 1);
  nodes.partner("receive", nodes.there);
  nodes.partner("change-keys");
  nodes.partner("send-queue");
  nodes.ours("receive", nodes.came);
  await focal.go(`/en/desk/records/${record}/cross-border`);
  await focal.says("Arrived at the partner");
  await focal.go("/en/desk");
  await focal.says("A message from another state");
  await focal.follow("Other states");
  await focal.says("New keys of a partner");
  await focal.press("Done");
  await focal.hides("New keys of a partner");
  await focal.go(`/en/desk/records/${record}/cross-border`);
  await focal.follow("Take back");
  await focal.mark("Why", "Sent by mistake");
  await focal.press("Take back");
  await focal.says("This cannot be enforced there");
};
