import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, request, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../server.js';
import { ComposeSchema, filledIn, readDocument, root } from './compose-file.js';
import { isServer } from './compose-rules.js';

const settings = readFileSync(join(root, '.docker', 'nginx.conf'), 'utf8').replaceAll(
  /^\s*#.*\n/gm,
  '',
);
const compose = ComposeSchema.parse(filledIn(readDocument(), {}));

/** What stands between the braces of a block without blocks inside. */
function block(start: string): string {
  const from = settings.indexOf(`${start} {`);
  if (from < 0) throw new Error(`There is no ${start}.`);
  return settings.slice(from, settings.indexOf('}', from));
}

describe('the settings of the proxy', () => {
  it('spread requests over exactly the servers of the cluster', () => {
    const named = [...block('upstream servers').matchAll(/server (\S+?):(\d+) resolve/g)];
    const servers = Object.entries(compose.services)
      .filter(([, service]) => isServer(service) && service.profiles.includes('cluster'))
      .map(([name, { environment }]) => `${name}:${environment['PORT']}`);
    expect(servers).toHaveLength(2);
    expect(named.map(([, host, port]) => `${host}:${port}`)).toEqual(servers);
  });

  it.each([
    'proxy_buffering off;',
    'proxy_cache off;',
    'gzip off;',
    'proxy_read_timeout 1h;',
    'proxy_set_header Connection "";',
    'proxy_set_header Host $http_host;',
    'proxy_set_header Last-Event-ID $http_last_event_id;',
    'proxy_pass http://servers;',
  ])('let the live stream through: %s', (directive) => {
    expect(block('location = /v1/stream')).toContain(directive);
  });

  it('speak HTTP/1.1 and never repeat a write that was sent', () => {
    expect(settings).toContain('proxy_http_version 1.1;');
    expect(settings).toContain('proxy_next_upstream error timeout;');
  });

  it('listen where the compose file publishes and asks', () => {
    const { ports, healthcheck } = compose.services['proxy'] ?? {};
    const port = /listen (\d+);/.exec(settings)?.[1];
    expect(ports).toEqual([`127.0.0.1:3000:${port}`]);
    expect(healthcheck?.test?.at(-1)).toBe(`http://127.0.0.1:${port}/health/ready`);
  });
});

const hasNginx = spawnSync('nginx', ['-v']).status === 0;
const live = hasNginx ? describe : describe.skip;

// Runs where nginx is installed (Debian: nginx-light) and is skipped elsewhere.
live(`the proxy at work${hasNginx ? '' : ' (skipped: there is no nginx on the PATH)'}`, () => {
  const upstreams: Upstream[] = [];
  let folder: string;
  let nginx: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-proxy-'));
    upstreams.push(await startUpstream('one'), await startUpstream('two'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, settingsHere(port));
    const args = ['-c', file, '-e', join(folder, 'error.log'), '-g', 'daemon off;'];
    nginx = spawn('nginx', args, { stdio: 'ignore' });
    await untilUp(url);
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => nginx.once('exit', resolve));
    nginx.kill('SIGTERM');
    for (const { server } of upstreams) {
      server.closeAllConnections();
      server.close();
    }
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('hands on each event of a stream at once, and what the client has seen', async () => {
    const stream = await openStream(url, '41');
    const [upstream] = upstreams.filter(({ streams }) => streams.length === 1);
    if (upstream === undefined) throw new Error('No server has the stream.');
    const seen = upstream.streams[0];
    expect(seen?.request.headers['last-event-id']).toBe('41');
    expect(seen?.request.headers.host).toBe(new URL(url).host);
    expect(seen?.request.httpVersion).toBe('1.1');
    // Nothing more follows this event, so whoever gathers bytes would keep it back.
    seen?.write('id: 42\ndata: small\n\n');
    expect(await nextChunk(stream)).toBe('id: 42\ndata: small\n\n');
    const left = new Promise((resolve) => seen?.request.once('close', resolve));
    stream.destroy();
    await left;
  });

  it('gives a new stream to the server that has fewer of them', async () => {
    const streams: IncomingMessage[] = [];
    const open = async (): Promise<void> => void streams.push(await openStream(url));
    for (let i = 0; i < 4; i += 1) await open();
    expect(upstreams.map((upstream) => upstream.streams.length)).toEqual([2, 2]);
    await Promise.all((upstreams[0]?.streams ?? []).map((stream) => stream.end()));
    // By turns the second server would get one of these.
    for (let i = 0; i < 2; i += 1) await open();
    expect(upstreams.map((upstream) => upstream.streams.length)).toEqual([2, 2]);
    for (const stream of streams) stream.destroy();
  });

  it('sends writes to the other server when one is gone, each of them once', async () => {
    const [gone, other] = upstreams;
    gone?.server.closeAllConnections();
    await new Promise((resolve) => gone?.server.close(resolve));
    for (let i = 0; i < 6; i += 1) expect(await post(`${url}/v1/x`, `{"n":${i}}`)).toBe('two');
    expect(other?.bodies).toEqual([0, 1, 2, 3, 4, 5].map((n) => `{"n":${n}}`));
  });

  /** The same settings with names, port and folder of this machine. */
  function settingsHere(port: number): string {
    let next = 0;
    return settings
      .replaceAll(/server \S+:\d+ resolve/g, () => `server 127.0.0.1:${upstreams[next++]?.port}`)
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace(/worker_connections \d+/, 'worker_connections 128')
      .replace('worker_processes auto', 'worker_processes 1')
      .replaceAll('/tmp/', `${folder}/`)
      .replace('/dev/stderr', join(folder, 'error.log'));
  }
});

type OpenStream = {
  request: IncomingMessage;
  write: (text: string) => void;
  /** Resolves when the connection is closed. */
  end: () => Promise<void>;
};
type Upstream = { port: number; server: Server; streams: OpenStream[]; bodies: string[] };

/** Stands in for a server of the ledger: says who it is, keeps streams open, notes writes. */
async function startUpstream(name: string): Promise<Upstream> {
  const streams: OpenStream[] = [];
  const bodies: string[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.url === '/v1/stream') {
      const closed = new Promise<void>((resolve) => response.once('close', resolve));
      const stream = {
        request: incoming,
        write: (text: string) => void response.write(text),
        end: () => {
          response.end();
          return closed;
        },
      };
      streams.push(stream);
      response.once('close', () => streams.splice(streams.indexOf(stream), 1));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      return;
    }
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.once('end', () => {
      if (incoming.method === 'POST') bodies.push(body);
      response.end(name);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, server, streams, bodies };
}

async function untilUp(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    if (tries === 200) throw new Error('nginx did not start.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A live stream through the proxy, read up to its first words. */
function openStream(url: string, lastEventId?: string): Promise<IncomingMessage> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  return new Promise((resolve, reject) => {
    const call = get(`${url}/v1/stream`, { headers, agent: false }, (response) => {
      response.setEncoding('utf8').on('error', () => {});
      nextChunk(response).then(() => resolve(response), reject);
    });
    call.once('error', reject);
  });
}

function nextChunk(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => response.once('data', (text: string) => resolve(text)));
}

function post(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve(text));
    });
    call.once('error', reject).end(body);
  });
}
