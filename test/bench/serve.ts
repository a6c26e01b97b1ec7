// `npm run bench -- serve`: the built server over a long history.
//
// A log of BENCH_EVENTS events (a million unless told otherwise) of BENCH_METRICS metrics (1,000) of
// one series each is written once. Then: how long the server takes from its start to being ready; how
// long a board at any moment of knowledge takes, asked one after another as a scrubber does; and how
// long answers take at 200 requests a second while a rebuild runs, against the same load without one,
// by turns. Every request is sent at its time whether others were answered or not, and each latency
// is that of the wall clock. Requests that do not answer 200 are counted.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startServer, type RunningServer } from '../server.js';
import { figure, quantile, spread } from './harness.js';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const METRICS = process.env.BENCH_METRICS ?? '1000';
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const REQUESTS_PER_SECOND = 200;
const SECONDS_A_ROUND = 5;
const BOARDS = 300;
const conditions = { events: EVENTS, metrics: Number(METRICS) };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const home = join(process.cwd(), 'data');
mkdirSync(home, { recursive: true });
const dataDir = mkdtempSync(join(home, 'bench-serve-'));
try {
  await measure();
} finally {
  agent.destroy();
  rmSync(dataDir, { recursive: true });
}

async function measure(): Promise<void> {
  const script = fileURLToPath(new URL('write-log.js', import.meta.url));
  execFileSync(process.execPath, [script, dataDir, String(EVENTS), METRICS]);
  await (await startServer({ dataDir })).end('SIGTERM');
  await starts();
  const server = await startServer({ dataDir });
  try {
    await boards(server);
    await duringRebuilds(server);
  } finally {
    await server.end('SIGTERM');
  }
}

async function starts(): Promise<void> {
  const seconds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const began = performance.now();
    const server = await startServer({ dataDir });
    if (round > 0) seconds.push((performance.now() - began) / 1_000);
    await server.end('SIGTERM');
  }
  const name = 'start to serving';
  figure({ name, unit: 's', ...spread(seconds), target: { atMost: 3 }, ...conditions });
}

/** Each round asks boards at random moments of knowledge and takes their p99. */
async function boards({ url }: RunningServer): Promise<void> {
  const p99s: number[] = [];
  const medians: number[] = [];
  let figures = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const latencies: number[] = [];
    for (let asked = 0; asked < BOARDS; asked += 1) {
      const knownAt = 1 + Math.floor(Math.random() * EVENTS);
      const { ms, status, body } = await get(`${url}/v1/board?knownAt=${knownAt}`);
      if (status !== 200) throw new Error(`A board answered ${status}.`);
      latencies.push(ms);
      if (asked === 0) figures = Math.max(figures, body.split('"observation":').length - 1);
    }
    if (round === 0) continue;
    p99s.push(quantile(latencies, 0.99));
    medians.push(quantile(latencies, 0.5));
  }
  const more = { figures, boardsARound: BOARDS, ...conditions };
  figure({ name: 'board at any knownAt over HTTP, p50', unit: 'ms', ...spread(medians), ...more });
  const target = { atMost: 30 };
  const name = 'board at any knownAt over HTTP, p99';
  figure({ name, unit: 'ms', ...spread(p99s), target, ...more });
}

async function duringRebuilds(server: RunningServer): Promise<void> {
  const paths = await pathsOf(server);
  const idle: number[] = [];
  const busy: number[] = [];
  let failed = 0;
  let sent = 0;
  let rebuilds = 0;
  const load = async (): Promise<number> => {
    const found = await underLoad(server, paths);
    failed += found.failed;
    sent += found.sent;
    return quantile(found.latencies, 0.99);
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const quiet = await load();
    const stop = new AbortController();
    const building = rebuildUntil(server, stop.signal);
    const loaded = await load();
    stop.abort();
    rebuilds += await building;
    if (round === 0) continue;
    idle.push(quiet);
    busy.push(loaded);
  }
  const more = { requestsPerSecond: REQUESTS_PER_SECOND, ...conditions };
  figure({ name: 'HTTP p99, idle', unit: 'ms', ...spread(idle), ...more });
  figure({ name: 'HTTP p99 during rebuilds', unit: 'ms', ...spread(busy), ...more });
  figure({
    name: 'HTTP p99 during rebuilds ÷ idle',
    unit: 'ratio',
    ...spread(busy.map((value, round) => value / (idle[round] ?? NaN))),
    target: { atMost: 3 },
    ...more,
  });
  figure({
    name: 'requests that failed',
    unit: 'requests',
    ...spread([failed]),
    target: { atMost: 0 },
    sent,
    rebuilds,
    ...more,
  });
}

/** One rebuild after another; answers how many ended. The last one is waited for. */
async function rebuildUntil({ url }: RunningServer, signal: AbortSignal): Promise<number> {
  let rebuilds = 0;
  while (!signal.aborted) {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ kind: 'rebuild' });
    const asked = await fetch(`${url}/v1/operations`, { method: 'POST', headers, body });
    const at = `${url}${asked.headers.get('location')}`;
    for (;;) {
      const operation = asOperation(await (await fetch(at)).json());
      if (operation.state === 'succeeded') break;
      if (!/queued|running/.test(operation.state)) {
        throw new Error(`A rebuild ${JSON.stringify(operation)}.`);
      }
      await wait(200);
    }
    rebuilds += 1;
  }
  return rebuilds;
}

function asOperation(body: unknown): { state: string } {
  if (typeof body === 'object' && body !== null && 'state' in body) {
    return { state: String(body.state) };
  }
  throw new Error(`No operation: ${JSON.stringify(body)}`);
}

/** What readers ask for most: single metrics, a stretch of a timeline, what changed. */
async function pathsOf({ url }: RunningServer): Promise<string[]> {
  const { body } = await get(`${url}/v1/metrics?pageSize=50`);
  const { items }: { items: { id: string }[] } = JSON.parse(body);
  return items.flatMap(({ id }) => [
    `/v1/metrics/${id}`,
    `/v1/metrics/${id}/timeline?pageSize=20`,
    `/v1/activity?pageSize=10&subject=metric:${id}`,
    `/v1/metrics/${id}?knownAt=${Math.floor(EVENTS / 2)}`,
  ]);
}

type Load = { latencies: number[]; failed: number; sent: number };

async function underLoad({ url }: RunningServer, paths: readonly string[]): Promise<Load> {
  const found: Load = { latencies: [], failed: 0, sent: 0 };
  const total = REQUESTS_PER_SECOND * SECONDS_A_ROUND;
  const began = performance.now();
  const answers: Promise<void>[] = [];
  while (found.sent < total) {
    const due = Math.floor(((performance.now() - began) / 1_000) * REQUESTS_PER_SECOND);
    for (; found.sent < Math.min(due, total); found.sent += 1) {
      const path = paths[Math.floor(Math.random() * paths.length)] ?? '';
      answers.push(ask(`${url}${path}`, found));
    }
    await wait(1);
  }
  await Promise.all(answers);
  return found;
}

async function ask(url: string, found: Load): Promise<void> {
  try {
    const { ms, status } = await get(url);
    found.latencies.push(ms);
    if (status !== 200) found.failed += 1;
  } catch {
    found.failed += 1;
  }
}

function get(url: string): Promise<{ ms: number; status: number; body: string }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ ms: performance.now() - began, status: response.statusCode ?? 0, body });
      });
    });
    asked.once('error', reject);
    asked.end();
  });
}
