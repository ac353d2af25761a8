// The HTTP server against nginx: node run.mjs BUILD_DIR [SECONDS] [PAIRS] [REQUESTS]
//
// Both serve the same bytes from memory (nginx: open file cache, sendfile, our compressed forms
// beforehand) with two threads or processes, on 127.0.0.1. Throughput by wrk, in pairs of runs that
// alternate. Then latency at 1000 requests a second, alone and beside 200 slow clients and 10 000
// idle connections; then memory of a fresh server over REQUESTS requests.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [build, seconds = '5', pairs = '3', requests = '1000000'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'thb-bench-'));
const program = (name) => join(build, 'bench', 'http', name);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const names = ['small.json', 'large.json'];
const started = [];

// About what a table of the portal weighs: rows of codes and counts.
function makeFile(name, bytes) {
  const rows = [];
  for (let i = 0, size = 0; size < bytes; ++i) {
    rows.push(JSON.stringify({ geo: 'NL', time: 2008 + (i % 16), sex: 'FMT'[i % 3], value: (i * 7919) % 1000 }));
    size += rows.at(-1).length + 2;
  }
  const text = `[${rows.join(',\n')}]`.slice(0, bytes);
  writeFileSync(join(folder, 'files', name), text);
}

const firstLine = (child) => new Promise((resolve, reject) => {
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
    if (text.includes('\n')) resolve(text.split('\n')[0]);
  });
  child.on('exit', () => reject(new Error('ended early')));
  child.on('error', reject);
});

function start(file, args) {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startOurs() {
  const child = start(program('http_server'),
    names.map((name) => join(folder, 'files', name)));
  return { child, port: Number(await firstLine(child)) };
}

async function startNginx() {
  const port = await freePort();
  const paths = ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    const directive = { body: 'client_body_temp_path' }[name] ?? `${name}_temp_path`;
    return `${directive} ${folder}/${name};`;
  });
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; worker_processes 2; pid ${folder}/nginx.pid; worker_rlimit_nofile 20000;
    events { use epoll; worker_connections 9000; }
    http {
      access_log off; server_tokens off; etag on; sendfile on; tcp_nopush on; gzip_static on;
      default_type application/json; keepalive_requests 1000000000; keepalive_timeout 60;
      open_file_cache max=100 inactive=1h; open_file_cache_valid 1h; ${paths.join(' ')}
      server { listen 127.0.0.1:${port}; root ${folder}/files; }
    }`);
  const child = start('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]);
  for (let i = 0; i < 100; ++i) {
    try {
      await bytesOf(port, '/small.json', 'identity');
      return { port, child };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('nginx does not answer');
}

// Of a program and the processes that it started, in microseconds. The system counts in 1/100 s.
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) * 10_000;
  return children.filter(Boolean).map(processorTime).reduce((sum, time) => sum + time, own);
}

// Requests a second, and the server's processor time for one.
function wrk(server, path, gzip) {
  const coding = gzip ? ['-H', 'Accept-Encoding: gzip'] : [];
  const before = processorTime(server.child.pid);
  const out = execFileSync('wrk', ['-t1', '-c32', `-d${seconds}s`, ...coding,
    `http://127.0.0.1:${server.port}${path}`], { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(out);
  const count = Number(/(\d+) requests in/.exec(out)[1]);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]),
    cost: (processorTime(server.child.pid) - before) / count,
  };
}

// The body as it is sent, on a connection of its own.
function bytesOf(port, path, encoding) {
  const options = { host: '127.0.0.1', port, path, agent: false, headers: { 'accept-encoding': encoding } };
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      if ((response.headers['content-encoding'] ?? 'identity') !== encoding) {
        reject(new Error(`${path} is not ${encoding}`));
      }
      const parts = [];
      response.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    }).on('error', reject);
  });
}

async function sameBytes(ours, path, nginx, name) {
  for (const encoding of ['identity', 'gzip']) {
    const [a, b] = [await bytesOf(ours.port, path, encoding), await bytesOf(nginx.port, `/${name}`, encoding)];
    if (!a.equals(b)) throw new Error(`${path}: the bytes differ (${encoding})`);
  }
}

async function throughput(ours, nginx) {
  console.log('| body | coding | handler on | ours, requests/s | nginx, requests/s | ratio | ours, µs of ' +
    'processor per request | nginx, µs | ratio |\n|---|---|---|---|---|---|---|---|---|');
  for (const name of names) {
    for (const thread of ['inline', 'worker']) {
      await sameBytes(ours, `/${thread}/${name}`, nginx, name);
      for (const gzip of [false, true]) {
        const a = [];
        const b = [];
        for (let i = 0; i < Number(pairs); ++i) {
          a.push(wrk(ours, `/${thread}/${name}`, gzip));
          b.push(wrk(nginx, `/${name}`, gzip));
        }
        const of = (runs, key, digits) => median(runs.map((run) => run[key])).toFixed(digits);
        const rates = median(a.map((run, i) => run.rate / b[i].rate)).toFixed(2);
        const costs = median(a.map((run, i) => b[i].cost / run.cost)).toFixed(2);
        console.log(`| ${name} | ${gzip ? 'gzip' : 'none'} | ${thread} | ${of(a, 'rate', 0)} | ` +
          `${of(b, 'rate', 0)} | ${rates} | ${of(a, 'cost', 1)} | ${of(b, 'cost', 1)} | ${costs} |`);
      }
    }
  }
}

const load = (...args) =>
  JSON.parse(execFileSync(program('http_load'), args.map(String), { encoding: 'utf8' }));

async function hold(mode, port, path, count) {
  const child = start(program('http_load'), [mode, String(port), path, String(count)]);
  const { held } = JSON.parse(await firstLine(child));
  if (held !== count) throw new Error(`held ${held} of ${count}`);
  return child;
}

// Our programs end with their input, nginx by its signal.
function end(child, signal) {
  child.removeAllListeners('exit');
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.stdin.end();
    if (signal) child.kill(signal);
  });
}

async function latency(ours, nginx) {
  console.log('\n| beside | server | p50, ms | p99, ms | longest, ms |\n|---|---|---|---|---|');
  const servers = [['ours, inline', ours.port, '/inline/small.json'],
    ['ours, worker', ours.port, '/worker/small.json'], ['nginx', nginx.port, '/small.json']];
  for (const [beside, mode, count] of [['nothing', '', 0], ['200 slow clients', 'drip', 200],
    ['10 000 idle connections', 'idle', 10_000]]) {
    for (const [label, port, path] of servers) {
      const holder = count > 0 ? await hold(mode, port, path, count) : null;
      const run = load('rate', port, path, 1000, seconds, 32);
      if (holder) await end(holder);
      console.log(`| ${beside} | ${label} | ${run.p50} | ${run.p99} | ${run.max} |`);
    }
  }
}

function residentMegabytes(child) {
  const text = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(text)[1]) / 1024).toFixed(1);
}

function memory(ours) {
  console.log('\n| requests so far | resident memory, MB |\n|---|---|');
  const step = Math.ceil(Number(requests) / 5);
  for (let done = 0; done <= Number(requests); done += step) {
    if (done > 0) load('count', ours.port, '/worker/small.json', step, 32);
    console.log(`| ${done} | ${residentMegabytes(ours.child)} |`);
  }
}

try {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'files'));
  makeFile(names[0], 1_000);
  makeFile(names[1], 100_000);
  const ours = await startOurs();
  for (const name of names) {
    writeFileSync(join(folder, 'files', `${name}.gz`), await bytesOf(ours.port, `/worker/${name}`, 'gzip'));
  }
  const nginx = await startNginx();
  await throughput(ours, nginx);
  await latency(ours, nginx);
  await end(ours.child);
  await end(nginx.child, 'SIGQUIT');
  const fresh = await startOurs();
  memory(fresh);
  await end(fresh.child);
} finally {
  for (const child of started) {
    if (child.exitCode === null) child.kill('SIGTERM');
  }
  rmSync(folder, { recursive: true });
}
