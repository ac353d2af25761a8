// What the browser tests share: the browser, the pages, a server over the demo's database.
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

export const open = () => chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// One of each kind, in a language.
export const pagePaths = (language) => [
  "",
  "/explorer",
  "/explorer?dataset=thb_victims&rows=geo&cols=time&view=map",
  "/explorer?dataset=thb_victims&rows=exploitation&cols=time&view=stacked&geo=EU27_2020",
  "/explorer?dataset=thb_victims&rows=age&cols=sex&view=pyramid&time=2020",
  "/explorer?dataset=thb_victims&rows=sex&cols=time&view=line",
  "/indicators?q=children",
  "/indicators/victims.share.sex.F",
  "/indicators/victims.top.citizen",
  "/why?figure=victims.share.sex.F%40EU27_2020%3A2019-2020",
  "/why?figure=convictions.per_prosecution%40EU27_2020%3A2020",
  "/why?dataset=thb_victims&where=geo%3DNL%3Bsex%3DF%3Btime%3D2020",
  "/report",
  "/report/2019-2020",
  "/estimates",
  "/releases",
  "/releases/2024-01",
  "/returns",
  "/returns/NL",
  "/vintages/1",
  "/compare?from=2&to=5",
  "/codes",
  "/codes/exploitation",
  "/methods",
  "/about",
  "/accessibility",
  "/nothing",
].map((path) => `/${language}${path}`);

// Starts `thb serve` on a free port; resolves to its address and how to stop it.
export const serve = (program, database, options = []) => new Promise((resolve, reject) => {
  const server = spawn(program, ["serve", "--db", database, "--listen", "127.0.0.1:0", ...options]);
  let said = "";
  server.stderr.on("data", (data) => {
    said += data;
    const address = said.match(/listening on (http:\S+)/);
    if (address) resolve({ address: address[1], stop: () => server.kill("SIGTERM") });
  });
  server.on("exit", () => reject(new Error(`thb serve ended: ${said}`)));
});
