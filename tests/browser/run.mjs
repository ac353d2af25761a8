// The pages in a browser: the main tasks with and without script and by keyboard alone, axe on every
// page in both languages, no sideways scrolling. Over the demo's database, by the program itself.
//
// node run.mjs PROGRAM
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, pagePaths, serve } from "./browser.mjs";

const program = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "thb-browser-"));
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

// Made up: what independent lists with 20, 25 and 15 percent of 3 000 persons are expected to hold.
const syntheticLists = "police,shelter,inspectorate,count\n1,0,0,383\n0,1,0,510\n0,0,1,270\n1,1,0,128\n" +
  "1,0,1,68\n0,1,1,90\n1,1,1,23\n";

// A figure of the report is walked back to its return; a table is taken as a file.
const mainTask = async (page, base) => {
  await page.goto(`${base}/en`);
  await page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Report" }).click();
  await page.getByRole("link", { name: "Report of 2019-2020" }).click();
  await page.locator(".thb-report a.thb-figure").first().click();
  assert.match(await page.locator("h1").innerText(), /^Why is this figure [\d\s]+\?$/u);
  await page.locator("td a[href*='/vintages/']").first().click();
  assert.match(await page.locator("h1").innerText(), /^What did .* send on .*\?$/u);
  assert.equal(await page.locator("tr:has(#cell) .thb-sub").first().innerText(), "the cell that you came from");
  assert.ok(await page.locator("#cells tbody tr").count() > 1, "its neighbours are there too");
  assert.ok(await page.locator("#cell").isVisible());
  assert.match(await page.locator("main").innerText(), /Synthetic records\./u);

  await page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Explorer" }).click();
  await page.getByLabel("Down the side").selectOption("sex");
  await page.getByLabel("Show as").selectOption("line");
  await page.getByRole("button", { name: "Show" }).click();
  assert.match(page.url(), /rows=sex/u);
  assert.equal(await page.locator("figure svg").count(), 1);
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("link", { name: "CSV", exact: true }).click()]);
  const file = readFileSync(await download.path(), "utf8").trim().split("\n");
  const rows = await page.locator("#table tbody tr").count();
  assert.equal(file.length, rows + 1, "the file has the rows of the table and a header");
  assert.match(download.suggestedFilename(), /^synthetic-thb_victims-sex-time\.csv$/u);

  await page.goto(`${base}/en/indicators`);
  await page.getByLabel("Search in names and definitions").fill("share of women");
  await page.getByRole("button", { name: "Search" }).click();
  assert.ok(await page.locator("#indicators tbody tr").count() > 0, "words with spaces are found");
  await page.goto(`${base}/en/explorer?dataset=thb_victims&rows=sex`);

  await page.getByRole("link", { name: "Nederlands" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "nl");
  assert.match(page.url(), /\/nl\/explorer\?.*rows=sex/u);
};

// Lists that are pasted by the office: an estimate, a verdict, drawings, and a table as a file; what was
// sent can be changed and sent again.
const estimateTask = async (page, base) => {
  await page.goto(`${base}/en`);
  await page.getByRole("navigation", { name: "Main menu" }).getByRole("link", { name: "Estimates" }).click();
  await page.getByLabel("Table of lists").fill(syntheticLists);
  await page.getByLabel("Method").selectOption("bic");
  await page.getByLabel("Who is on the lists").selectOption("presumed");
  await page.getByLabel("Years that the lists cover").fill("2019-2020");
  await page.getByRole("button", { name: "Estimate", exact: true }).click();
  const fact = async (name) => (await page.locator(`dt:text-is("${name}") + dd`).innerText()).replace(/\s/gu, " ");
  const total = Number((await fact("Estimate, those on the lists included")).replaceAll(" ", ""));
  assert.equal(await fact("On the lists"), "1 472");
  assert.ok(total > 2900 && total < 3100, `the truth is 3 000, the estimate ${total}`);
  const [lower, upper] = (await fact("Interval (95 %)")).match(/^([\d ]+) to ([\d ]+) BCa/u).slice(1)
      .map((text) => Number(text.replaceAll(" ", "")));
  assert.ok(lower < total && total < upper, `${lower} to ${upper}`);
  assert.match(await page.locator(".thb-note").first().innerText(), /^(Supported|Fragile|Not supported)\./u);
  assert.equal(await page.locator("figure svg").count(), 3);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "This table as CSV: People on exactly these lists" }).click()]);
  assert.equal(download.suggestedFilename(), "estimates-overlaps-table.csv");
  const file = readFileSync(await download.path(), "utf8").trim().split(/\r?\n/u);
  assert.equal(file.length, await page.locator("#overlaps-table tbody tr").count() + 1);
  assert.equal(await page.getByLabel("Table of lists").inputValue(), syntheticLists);
  await page.getByLabel("Table of lists").fill("a,b\n1,x");
  await page.getByRole("button", { name: "Estimate", exact: true }).click();
  assert.match(await page.getByRole("alert").innerText(), /There is no estimate yet/u);
};

// Presses Tab until the focus is on what `wanted` describes; a reader would give up later.
const tabTo = async (page, wanted) => {
  for (let presses = 0; presses < 400; ++presses) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(({ selector, text }) => {
      const element = document.activeElement;
      return element.matches(selector) && element.textContent.trim().startsWith(text);
    }, wanted);
    if (!found) continue;
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    });
    assert.ok(outline, `the focus on “${wanted.text}” cannot be seen`);
    return;
  }
  assert.fail(`“${wanted.text}” cannot be reached by keyboard`);
};

const byKeyboard = async (page, base) => {
  await page.goto(`${base}/en`);
  await tabTo(page, { selector: "a", text: "Skip to the main content" });
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.goto(`${base}/en`);
  await tabTo(page, { selector: "nav a", text: "Report" });
  await page.keyboard.press("Enter");
  await page.waitForURL("**/report");
  await tabTo(page, { selector: "a", text: "Report of 2019-2020" });
  await page.keyboard.press("Enter");
  await page.waitForURL("**/report/2019-2020");
  await tabTo(page, { selector: "a.thb-figure", text: "" });
  await page.keyboard.press("Enter");
  await page.waitForURL("**/why?*");
  await tabTo(page, { selector: "td a", text: "synthetic-" });
  await page.keyboard.press("Enter");
  await page.waitForURL("**/vintages/*");
  await page.goto(`${base}/en/explorer`);
  await tabTo(page, { selector: "summary", text: "Sex" });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await tabTo(page, { selector: "button", text: "Show" });
  await page.keyboard.press("Enter");
  await page.waitForURL("**sex=**");
  await tabTo(page, { selector: ".thb-downloads a", text: "CSV" });
};

const filterByTyping = async (page, base) => {
  await page.goto(`${base}/en/explorer`);
  await page.locator("summary", { hasText: "Country of citizenship" }).click();
  const box = page.getByLabel("Filter by typing: Country of citizenship");
  const all = await page.locator("details[open] .thb-checks li:visible").count();
  await box.fill("roma");
  const some = await page.locator("details[open] .thb-checks li:visible").count();
  assert.ok(some > 0 && some < all, `${some} of ${all} choices are left`);
};

const accessible = async (page, address) => {
  await page.goto(address);
  await axeFindsNothing(page);
};

const axeFindsNothing = async (page) => {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const said = result.violations.map((one) =>
    `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n  ")}`);
  assert.deepEqual(said, []);
};

const fits = async (page, address) => {
  await page.goto(address);
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
  }
};

execFileSync(program, ["demo", folder], {
  env: { ...process.env, SOURCE_DATE_EPOCH: "1706745600" }, stdio: ["ignore", "ignore", "pipe"] });
const server = await serve(program, join(folder, "thb.db"));
const office = await serve(program, join(folder, "thb.db"), ["--office"]);
const browser = await open();
try {
  for (const javaScriptEnabled of [true, false]) {
    await check(`the main task with script ${javaScriptEnabled ? "on" : "off"}`, async () => {
      const context = await browser.newContext({ javaScriptEnabled, acceptDownloads: true });
      await mainTask(await context.newPage(), server.address);
      await context.close();
    });
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/404/u.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await check("the main task by keyboard alone", () => byKeyboard(page, server.address));
  await check("long lists are filtered by typing", () => filterByTyping(page, server.address));
  for (const path of [...pagePaths("en"), ...pagePaths("nl")]) {
    await check(`axe finds nothing on ${path}`, () => accessible(page, server.address + path));
    await check(`no sideways scrolling on ${path}`, () => fits(page, server.address + path));
  }
  for (const language of ["en", "nl"]) {
    const path = `/${language}/estimates`;
    await check(`axe finds nothing on the office's ${path}`, () => accessible(page, office.address + path));
    await check(`axe finds nothing on an answer of ${path}`, async () => {
      await page.locator("form.thb-form button").click();
      await page.waitForSelector("#sensitivity");
      await axeFindsNothing(page);
    });
    await check(`no sideways scrolling on the office's ${path}`, () => fits(page, office.address + path));
  }
  for (const javaScriptEnabled of [true, false]) {
    await check(`lists are estimated with script ${javaScriptEnabled ? "on" : "off"}`, async () => {
      const own = await browser.newContext({ javaScriptEnabled, acceptDownloads: true });
      await estimateTask(await own.newPage(), office.address);
      await own.close();
    });
  }
  await check("the browser complains of nothing", () => assert.deepEqual(complaints, []));
} finally {
  await browser.close();
  server.stop();
  office.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? "all passed" : `${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
