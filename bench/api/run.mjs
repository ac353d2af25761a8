// Cached answers of `thb serve` (JSON-stat, a page of the explorer) against nginx serving the same
// bytes from memory: node run.mjs BUILD_DIR [SECONDS] [PAIRS]
//
// The program of BUILD_DIR serves the demo's registers; two workers each, 127.0.0.1, wrk with one
// thread and 32 connections, in pairs of runs that alternate. Then latency at 1000 requests a second,
// and the server's memory while 1000 different pages and downloads are followed from the first one.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, seconds = '5', pairs = '3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'thb-bench-'));
chmodSync(folder, 0o755); // nginx's workers are another user where root starts it
const thb = join(build, 'thb');
const paths = {
  'one state, three years': '/api/dissemination/statistics/1.0/data/CRIM_THB_SEX?geo=NL&sinceTimePeriod=2019',
  'the whole table': '/api/dissemination/statistics/1.0/data/CRIM_THB_SEX',
  'page of the explorer': '/en/explorer?dataset=thb_victims&rows=geo&cols=sex',
};
const started = [];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(address) {
  for (let i = 0; i < 200; ++i) {
    try {
      if ((await fetch(address)).ok) return;
    } catch { /* not yet */ }
    await pause(50);
  }
  throw new Error(`${address} does not answer`);
}

async function startOurs() {
  execFileSync(thb, ['demo', join(folder, 'demo')], { stdio: 'ignore' });
  const port = await freePort();
  started.push(spawn(thb, ['serve', '--db', join(folder, 'demo', 'thb.db'), '--office', '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' }));
  await answers(`http://127.0.0.1:${port}/api/openapi.json`);
  return `http://127.0.0.1:${port}`;
}

async function startNginx() {
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; worker_processes 2; pid ${folder}/nginx.pid;
    events { use epoll; worker_connections 1024; }
    http { access_log off; etag on; sendfile on; tcp_nopush on; default_type application/json;
      keepalive_requests 1000000000; open_file_cache max=10 inactive=1h; open_file_cache_valid 1h;
      ${temporary} server { listen 127.0.0.1:${port}; root ${folder}/files; } }`);
  started.push(spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }));
  await answers(`http://127.0.0.1:${port}/0.json`);
  return `http://127.0.0.1:${port}`;
}

// Open loop: a late answer delays no later request.
function steady(address, path) {
  const out = execFileSync(join(build, 'bench', 'http', 'http_load'),
    ['rate', new URL(address).port, path, '1000', seconds, '32'], { encoding: 'utf8' });
  return JSON.parse(out);
}

function wrk(address) {
  const out = execFileSync('wrk', ['-t1', '-c32', `-d${seconds}s`, '--latency', address], { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(out);
  const [, late, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(out);
  const scale = { us: 0.001, ms: 1, s: 1000 };
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), p99: Number(late) * scale[unit] };
}

// Follows the links of a site breadth first and prints the server's memory on the way.
async function crawl(address, process, pages) {
  console.log('\n| pages and downloads so far | resident memory, MB |\n|---|---|');
  const queue = ['/en', '/nl'];
  const seen = new Set(queue);
  for (let done = 0; done < pages && queue.length > 0; ++done) {
    // No connection is kept: those from before the load have been closed meanwhile.
    const answer = await fetch(address + queue.shift(), { headers: { connection: 'close' } });
    const body = await answer.text();
    if ((answer.headers.get('content-type') ?? '').includes('html')) {
      for (const [, link] of body.matchAll(/href="(\/[^"#]*)/g)) {
        const path = link.replaceAll('&amp;', '&');
        if (!seen.has(path)) queue.push(path);
        seen.add(path);
      }
    }
    if (done === 0 || (done + 1) % (pages / 4) === 0) {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8'));
      console.log(`| ${done + 1} | ${Math.round(kilobytes * 1.024 / 1000)} |`);
    }
  }
}

try {
  const ours = await startOurs();
  mkdirSync(join(folder, 'files'));
  const bodies = {};
  for (const [index, path] of Object.values(paths).entries()) {
    bodies[path] = await (await fetch(ours + path)).text();
    writeFileSync(join(folder, 'files', `${index}.json`), bodies[path]);
  }
  const nginx = await startNginx();
  console.log('| answer | bytes | ours, requests/s | nginx, requests/s | ratio | ours p99, ms | nginx p99, ms |\n|---|---|---|---|---|---|---|');
  for (const [index, [name, path]] of Object.entries(paths).entries()) {
    const a = [];
    const b = [];
    for (let i = 0; i < Number(pairs); ++i) {
      a.push(wrk(ours + path));
      b.push(wrk(`${nginx}/${index}.json`));
    }
    const rate = (runs) => Math.round(median(runs.map((run) => run.rate)));
    const p99 = (runs) => median(runs.map((run) => run.p99)).toFixed(1);
    const ratio = median(a.map((run, i) => run.rate / b[i].rate)).toFixed(2);
    console.log(`| ${name} | ${bodies[path].length} | ${rate(a)} | ${rate(b)} | ${ratio} | ${p99(a)} | ${p99(b)} |`);
  }
  console.log('\n| answer, 1000 requests/s | server | p50, ms | p99, ms | longest, ms |\n|---|---|---|---|---|');
  for (const [index, [name, path]] of Object.entries(paths).entries()) {
    for (const [server, address, at] of [['ours', ours, path], ['nginx', nginx, `/${index}.json`]]) {
      const run = steady(address, at);
      console.log(`| ${name} | ${server} | ${run.p50} | ${run.p99} | ${run.max} |`);
    }
  }
  await crawl(ours, started[0], 1000);
} finally {
  for (const child of started) child.kill('SIGTERM');
  await pause(500);
  rmSync(folder, { recursive: true, force: true });
}
