// Durable POST of an observation ÷ the same Nest route answering at once, 64 connections. Both
// servers run as processes of their own on this machine; the load comes from this process.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { freePort } from '../server.js';
import { figure, interleave, quantile, ratios, spread } from './harness.js';

const CONNECTIONS = 64;
const SECONDS = 3;
const ROUNDS = 5;
const METRICS = 256;

const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-post-'));
const durable = await startServer('durable');
const noop = await startServer('noop');
let posted = 0;
const latencies: number[] = [];
try {
  await defineMetrics(durable.url);
  const results = await interleave(ROUNDS, {
    durable: () => load(durable.url, latencies),
    noop: () => load(noop.url, []),
  });
  const conditions = {
    connections: CONNECTIONS,
    seconds: SECONDS,
    durability: 'synchronous=FULL, answered after COMMIT',
    cores: 'load, server and its threads share this machine',
  };
  figure({
    name: 'post.durable',
    unit: 'requests/s',
    ...spread(results('durable')),
    ...conditions,
  });
  figure({ name: 'post.noop', unit: 'requests/s', ...spread(results('noop')), ...conditions });
  figure({
    name: 'post.durable ÷ post.noop',
    unit: 'ratio',
    target: { atLeast: 0.35 },
    designTarget: 0.5,
    ...spread(ratios(results('durable'), results('noop'))),
  });
  figure({ name: 'post.durable p99', unit: 'ms', ...spread(latencies), events: posted });
} finally {
  await Promise.all([stop(durable.child), stop(noop.child)]);
  rmSync(folder, { recursive: true, force: true });
}

type Server = { url: string; child: ChildProcess };

async function startServer(mode: 'durable' | 'noop'): Promise<Server> {
  const port = await freePort();
  const file = join(fileURLToPath(import.meta.url), '..', 'post-server.js');
  const child = fork(file, [join(folder, mode), String(port), mode]);
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The bench server ended with code ${code}.`)));
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

async function defineMetrics(url: string): Promise<void> {
  const text = (word: string) => ({ zh: word, en: word });
  await create(url, '/v1/units', { id: 'office', names: text('区委改革办'), level: 'district' });
  await create(url, '/v1/reforms', { id: 'reform', names: text('土地整备') });
  for (let index = 0; index < METRICS; index += 1) {
    await create(url, '/v1/metrics', {
      id: `metric-${index}`,
      reform: 'reform',
      names: text(`指标${index}`),
      kind: 'stock',
      unit: 'm2',
      timeSemantics: 'asOf',
      definition: text('建筑面积'),
      dataSource: text('区更新整备局'),
      frequency: 'monthly',
      owner: 'office',
    });
  }
}

async function create(url: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Posts for some seconds, each time a new day of a metric; answers requests per second. */
async function load(url: string, p99: number[]): Promise<number> {
  const run = autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...nextPost() }) }],
  });
  const result = await run;
  const refused = result.non2xx + result.errors;
  if (refused > 0)
    throw new Error(`${refused} posts were not taken; the figure would mean nothing.`);
  p99.push(quantile([result.latency.p99], 0.5));
  return result.requests.total / result.duration;
}

function nextPost(): { path: string; headers: Record<string, string>; body: string } {
  const metric = posted % METRICS;
  const day = Math.floor(posted / METRICS);
  posted += 1;
  const asOf = new Date(Date.UTC(1950, 0, 1 + day)).toISOString().slice(0, 10);
  const printed = `${(posted % 9_000) + 1_000}.${posted % 10}万平方米`;
  return {
    path: `/v1/metrics/metric-${metric}/observations`,
    headers: { 'content-type': 'application/json', 'idempotency-key': `post-${posted}` },
    body: JSON.stringify({ time: { type: 'asOf', asOf }, quantity: { printed } }),
  };
}
