// What an organisation keeps, and what its workers take from it: roster, shelters, interpreters; a
// stay that ends, a guardian who is replaced, a task that is handed over. For desk.mjs, which gives
// the people and, as `secret`, what is searched for afterwards.
import assert from "node:assert/strict";

export const keepOrganisation = async ({ supervisor, worker }, secret) => {
  await supervisor.go("/en/desk/organisation");
  await supervisor.follow("How we are reached");
  await supervisor.type("Number outside office hours", "+31 20 000 0009");
  await supervisor.press("Save");
  await supervisor.says("+31 20 000 0009");
  // The seeded shift is of this week: one over it is refused, one after it is taken.
  await supervisor.follow("Add a shift");
  await supervisor.choose("On duty", "Synthetic Worker worker");
  await supervisor.press("Add a shift");
  await supervisor.says("two shifts would overlap");
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await supervisor.typeDay("From, day", day(9));
  await supervisor.typeDay("Until, day", day(10));
  await supervisor.press("Add a shift");
  await supervisor.says("Nobody is on duty:");
  assert.equal(await supervisor.page.getByRole("button", { name: "Remove" }).count(), 2);
  await supervisor.go("/en/desk/shelters");
  await supervisor.follow("Add a shelter");
  await supervisor.type("Cover name", "House C");
  await supervisor.type("Places", "2");
  await supervisor.mark("Takes people in", "Yes");
  await supervisor.mark("What it has", "takes children");
  await supervisor.type("Where it is", secret("lane"));
  await supervisor.press("Save");
  await supervisor.says("House C");
  await supervisor.hides(secret("lane"));
  await supervisor.follow("House C");
  assert.equal(await supervisor.field("Where it is").inputValue(), secret("lane"));
  await supervisor.go("/en/desk/interpreters");
  await supervisor.follow("Add an interpreter");
  await supervisor.type("Name", secret("interpreter"));
  await supervisor.type("Languages", "vi, en");
  await supervisor.mark("Bound to secrecy", "Yes");
  await supervisor.press("Save");
  await supervisor.says("vi, en");
  assert.equal((await worker.go("/en/desk/shelters")).status(), 403);
  await worker.go("/en/desk/organisation");
  await worker.says("+31 20 000 0009");
  assert.equal(await worker.page.getByRole("button", { name: "Remove" }).count(), 0);
};

// Who came along is refused, and nothing that was typed is lost.
export const bookInterpreter = async (worker, record, secret) => {
  await worker.go(`/en/desk/records/${record}/assistance`);
  await worker.follow("Book an interpreter");
  await worker.type("Language", "vi");
  await worker.choose("Interpreter", secret("interpreter"));
  await worker.mark("Did this interpreter come along with the person?", "Yes");
  await worker.mark("Does the interpreter know the person or their people?", "Asked: no");
  await worker.press("Book");
  await worker.says("who came along with the person never interprets");
  await worker.mark("Did this interpreter come along with the person?", "No");
  await worker.press("Book");
  await worker.says(secret("interpreter"));
};

export const endStay = async (worker, record) => {
  await worker.go(`/en/desk/records/${record}/assistance`);
  await worker.follow("End the stay");
  await worker.choose("Why", "Moved to a home of their own");
  await worker.press("End the stay");
  await worker.says("until");
  assert.equal(await worker.page.getByRole("link", { name: "End the stay" }).count(), 0);
};

// Between two guardians the child has none, and the page says so.
export const replaceGuardian = async (worker, record, secret) => {
  await worker.go(`/en/desk/records/${record}/child`);
  await worker.follow("End the guardianship");
  await worker.choose("Why", "Replaced by another guardian");
  await worker.press("End the guardianship");
  await worker.says("This child has no guardian.");
  await worker.follow("Enter a guardian");
  await worker.choose("Kind of guardian", "Guardianship institution");
  await worker.choose("Institution", "Synthetic Guardians");
  await worker.type("Name", secret("second guardian"));
  await worker.press("Enter a guardian");
  await worker.hides("This child has no guardian.");
};

// A task goes to a colleague who may open the case.
export const handOverTask = async (worker, colleague) => {
  await worker.go("/en/desk");
  await worker.follow("Give to a colleague");
  await worker.choose("To", "Synthetic Worker supervisor");
  await worker.press("Give");
  await colleague.go("/en/desk");
  assert.ok(await colleague.page.getByRole("link", { name: "Give to a colleague" }).count() > 0);
};
