import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Test, type TestingModule } from '@nestjs/testing';
import { ApplicationModule, LiveFeed } from '@ledger/application';
import { MemoryEventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { LEDGER_ORIGIN } from './cloud-event.js';
import type { Resume } from './live-client.js';
import { LiveHub } from './live-hub.js';
import type { Topics } from './topics.js';

const LONG_NAME = '长'.repeat(10_000);
const IN_VAIN_MS = 10_000;

describe('the hub of live streams', () => {
  let folder: string;
  let viewsFile: string;
  let log: MemoryEventLog;
  let projector: Projector;
  let views: Views;
  let module: TestingModule;
  let hub: LiveHub;
  let server: Server;
  let resume: Resume;
  let topics: Topics;
  let served: { response: ServerResponse; ended: boolean }[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-hub-'));
    viewsFile = join(folder, 'views', 'views.db');
    log = new MemoryEventLog();
    projector = new Projector({
      log,
      viewsFile,
      onBatch: (batch) => module.get(LiveFeed).publish(batch),
    });
    await projector.catchUp();
    views = openViews(viewsFile);
    module = await Test.createTestingModule({
      imports: [ApplicationModule.register({ log, views, clock: Date.now })],
      providers: [LiveHub, { provide: LEDGER_ORIGIN, useValue: 'ledger.test' }],
    }).compile();
    await module.init();
    hub = module.get(LiveHub);
    [resume, topics, served] = [{ after: '0' }, undefined, []];
    server = createServer((_request, response) => {
      const one = { response, ended: false };
      served.push(one);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const start = { resume, projected: views.projectedPosition(), topics };
      void hub.serve(response, start).then(() => (one.ended = true));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await module.close();
    server.closeAllConnections();
    server.close();
    views.close();
    rmSync(folder, { recursive: true });
  });

  const port = (): number => {
    const address: AddressInfo | string | null = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  /** Events that stand in the log; `catchUp` brings them into the views. */
  const record = async (from: number, count: number, zh = '区改革办'): Promise<void> => {
    for (let index = from; index < from + count; index += 1) {
      await log.append(`unit-u${index}`, 'none', [registered(`u${index}`, zh)]);
    }
  };
  const rebuildAfterLoss = async (): Promise<void> => {
    rmSync(dirname(viewsFile), { recursive: true });
    await projector.catchUp();
  };
  /** A client that reads, and the positions that it has seen. */
  const listen = (): Promise<{ seen: string[]; text: () => string }> =>
    new Promise((resolve, reject) => {
      const client = { seen: [] as string[], text: '' };
      const request = get({ port: port(), host: '127.0.0.1', agent: false }, (response) => {
        response.setEncoding('utf8').on('data', (chunk: string) => {
          client.text += chunk;
          client.seen = [...client.text.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id);
        });
        response.on('error', () => {});
        resolve({
          get seen() {
            return client.seen;
          },
          text: () => client.text,
        });
      });
      request.on('error', reject);
    });

  it('gives a client what views took in that were built anew', async () => {
    await record(1, 1);
    await projector.catchUp();
    const client = await listen();
    await until(() => client.text().includes('stream.caughtUp'));

    await record(2, 1);
    await rebuildAfterLoss();
    await until(() => client.seen.length === 2);
    await record(3, 1);
    await projector.catchUp();
    await until(() => client.seen.length === 3);

    expect(client.seen).toEqual(['1', '2', '3']);
  });

  it('sends a client back to the table that has missed a batch, and then each change once', async () => {
    await record(1, 2);
    await projector.catchUp();
    const client = await listen();
    await until(() => client.text().includes('stream.caughtUp'));

    // What a projector elsewhere takes in is never told here.
    await record(3, 300);
    await new Projector({ log, viewsFile }).catchUp();
    await record(303, 1);
    await projector.catchUp();
    await until(() => client.seen.includes('303'));
    await record(304, 1);
    await projector.catchUp();
    await until(() => client.seen.includes('304'));

    expect(client.seen).toEqual(Array.from({ length: 304 }, (_, index) => String(index + 1)));
  });

  it('ends the replay of a slow client although other views come in force meanwhile', async () => {
    await record(1, 400, LONG_NAME);
    await projector.catchUp();
    const socket = await pausedClient(port());
    await until(() => served[0]?.response.writableNeedDrain === true);
    await record(401, 1);
    await rebuildAfterLoss();
    await record(402, 1);
    await projector.catchUp();

    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.resume();
    await until(() => /^id: 402$/m.test(text));

    expect(text.match(/^id: /gm)).toHaveLength(402);
    socket.destroy();
  });

  it('lets others have their turn while it looks for what a client wants', async () => {
    await record(1, 4_000);
    await projector.catchUp();
    topics = new Set(['metric:nobody-knows-it']);
    let turns = 0;
    const client = await listen();
    while (!client.text().includes('stream.caughtUp')) {
      await turn();
      if (served[0]?.ended === false) turns += 1;
    }

    expect(turns).toBeGreaterThanOrEqual(4_000 / 200 / 2);
  });

  it('breaks a replay off when the server stops', async () => {
    await record(1, 4_000);
    await projector.catchUp();
    topics = new Set(['metric:nobody-knows-it']);
    const client = await listen();
    expect(served[0]?.ended).toBe(false);

    hub.onModuleDestroy();
    for (let turns = 0; turns < 3; turns += 1) await turn();

    expect(served[0]?.ended).toBe(true);
    await until(() => client.text().includes('stream.bye'));
    expect(client.text()).not.toContain('stream.caughtUp');
  });

  it('forgets every stream of a connection that is gone, also those that waited behind one', async () => {
    const socket = await pausedClient(port(), 3);
    await until(() => hub.open === 3);

    socket.destroy();
    await until(() => hub.open === 0);

    expect(served).toHaveLength(3);
  });

  it('takes nobody in whose connection is gone already', async () => {
    let late: ServerResponse | undefined;
    server.removeAllListeners('request');
    server.on('request', (_request, response: ServerResponse) => (late = response));
    const socket = await pausedClient(port());
    await until(() => late !== undefined);
    socket.destroy();
    await until(() => late?.req.socket.destroyed === true);

    if (late) await hub.serve(late, { resume: { fresh: true }, projected: '0', topics: undefined });

    expect(hub.open).toBe(0);
  });
});

/** A client that asks, so many times at once, and reads nothing. */
async function pausedClient(port: number, requests = 1): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests));
  return socket;
}

function registered(unit: string, zh: string) {
  return {
    id: randomUUID(),
    type: 'UnitRegistered',
    data: { unit, names: { zh, en: 'Reform Office' }, level: 'district' },
    metadata: {
      schema: 1,
      actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
      correlationId: 'test',
      commandId: randomUUID(),
      commandHash: '0'.repeat(64),
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  const givenUp = Date.now() + IN_VAIN_MS;
  while (!holds()) {
    if (Date.now() > givenUp) throw new Error('What was waited for did not come.');
    await wait(5);
  }
}
