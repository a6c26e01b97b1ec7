import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest from 'supertest';
import { spawnServer, startServer } from '../server.js';
import { EventStream } from './event-stream.js';

/** Runs a boot that is meant to fail; answers its exit code and what it said on both outputs. */
async function failedBoot(dataDir: string, env: { [name: string]: string } = {}) {
  const server = spawnServer({ dataDir, env: { PORT: '0', ...env } });
  const code = await new Promise<number | null>((resolve) => {
    server.process.once('exit', (exitCode) => resolve(exitCode));
  });
  return { code, said: server.output().trim() };
}

describe('starting and stopping the server', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-boot-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses an address that others can reach, in one sentence', async () => {
    const { code, said } = await failedBoot(join(folder, 'host'), { HOST: '0.0.0.0' });

    expect(code).toBe(1);
    expect(said).toBe(
      'HOST=0.0.0.0: there is no access control yet, so the server listens on this machine only; ' +
        'use 127.0.0.1, ::1 or localhost. Where nobody else reaches the network, ' +
        'LEDGER_TRUST_NETWORK=yes lets it listen there.',
    );
  });

  it('refuses a data directory that another server has open, and a port that is taken', async () => {
    const dataDir = join(folder, 'locked');
    const first = await startServer({ dataDir });
    const port = new URL(first.url).port;

    const locked = await failedBoot(dataDir);
    const taken = await failedBoot(join(folder, 'other'), { PORT: port });
    await first.end('SIGTERM');

    expect([locked.code, taken.code]).toEqual([1, 1]);
    expect(locked.said).toMatch(/^The ledger in .* is in use by another server; .*\.$/);
    expect(taken.said.split('\n').at(-1)).toBe(
      `Port ${port} is in use by another program; set PORT to a free one.`,
    );
  });

  it.each([
    ['a log that is none', 'mysql', /^LEDGER_LOG: "mysql" is no address of a log; write sqlite/],
    ['an unknown setting', 'esdb://db:2113?tsl=false', /^LEDGER_LOG: "tsl" is no setting/],
    ['a password that would be dropped', 'esdb://a:b@db?tls=false', /would never be sent/],
    [
      'a server that is not there',
      'esdb://127.0.0.1:1?tls=false',
      /does not answer \(.*check that/,
    ],
  ])('refuses %s, in one sentence', async (_, address, sentence) => {
    const { code, said } = await failedBoot(join(folder, 'log'), { LEDGER_LOG: address });

    expect(code).toBe(1);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toMatch(sentence);
  });

  it('refuses a data directory that cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'not a directory');

    const { code, said } = await failedBoot(file);

    expect(code).toBe(1);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).toContain(file);
  });

  it('says goodbye to open streams and ends with 0 when it is told to stop', async () => {
    const server = await startServer({ dataDir: join(folder, 'stop') });
    const stream = await EventStream.open(`${server.url}/v1/stream`);
    await stream.until('stream.caughtUp');

    const code = await server.end('SIGTERM');

    expect(code).toBe(0);
    expect(stream.seen.at(-1)).toBe('stream.bye');
  });

  it('loads the article once into an empty ledger, and never into another one', async () => {
    const seeded = { dataDir: join(folder, 'seeded'), seed: 'guangming-2021' };
    const head = async (url: string): Promise<string> =>
      (await supertest(url).get('/v1/events?limit=1').expect(200)).body.head;
    const first = await startServer(seeded);
    const loaded = await head(first.url);
    const board = await supertest(first.url).get('/v1/board').expect(200);
    await first.end('SIGTERM');
    const second = await startServer(seeded);
    const again = await head(second.url);
    await second.end('SIGTERM');

    const own = join(folder, 'own');
    const empty = await startServer({ dataDir: own });
    const office = { id: 'office', names: { zh: '办公室', en: 'Office' }, level: 'district' };
    await supertest(empty.url).post('/v1/units').send(office).expect(201);
    await empty.end('SIGTERM');
    const other = await startServer({ dataDir: own, seed: 'guangming-2021' });
    const untouched = await head(other.url);
    await other.end('SIGTERM');

    expect(again).toBe(loaded);
    expect(board.body.counts).toMatchObject({ metrics: 75, milestones: 57 });
    expect(untouched).toBe('1');
  });
});
