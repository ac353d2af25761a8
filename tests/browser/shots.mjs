// Pictures of pages at three widths, to look at: node tests/browser/shots.mjs URL FOLDER [PATH ...]
import { mkdirSync } from "node:fs";
import { open, pagePaths } from "./browser.mjs";

const [base, folder, ...asked] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await open();
for (const path of asked.length > 0 ? asked : pagePaths("en")) {
  for (const width of [360, 768, 1440]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const response = await page.goto(base + path);
    const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const name = path.replace(/[^a-z0-9]+/gi, "_").slice(0, 60);
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
    console.log(response.status(), width, sideways > 0 ? `${sideways} px too wide` : "fits", path);
    await page.close();
  }
}
await browser.close();
