import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogAddress } from '@ledger/engines';
import { freshSeed, generator } from '../crash/random.js';
import { makeCertificate } from '../eventstore-server/certificate.js';
import { EventStoreServer } from '../eventstore-server/server.js';
import { countOf, digestOf, essence, eventsOf, writeHistory } from './history.js';
import { contentsOf, lines, startLedger, until, type Ran } from './run-ledger.js';

let folder: string;
let server: EventStoreServer;
let store: LogAddress;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-copy-eventstore-'));
  server = await EventStoreServer.start();
  store = { engine: 'eventstore', url: server.url, dataDir: join(folder, 'beside') };
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The server lives in this process, so nothing here may wait for the command line in one piece. */
const ledger = (...args: string[]): Promise<Ran> => startLedger(args).ended;
const sqlite = (name: string): LogAddress => ({ engine: 'sqlite', dataDir: join(folder, name) });
const textOf = (address: LogAddress): string =>
  address.engine === 'sqlite' ? `sqlite:${address.dataDir}` : address.url;
const copy = (from: LogAddress, to: LogAddress, ...more: string[]): Promise<Ran> =>
  ledger('copy', '--from', textOf(from), '--to', textOf(to), ...more);

describe('ledger copy from one engine to the other and back', () => {
  const seed = freshSeed();

  it(`keeps every byte, revision and sequence (seed ${seed})`, async () => {
    const [first, last] = [sqlite('first'), sqlite('last')];
    await writeHistory(first, { events: 400, random: generator(seed), large: true });
    const events = await eventsOf(first);

    const there = await copy(first, store);
    expect(there).toMatchObject({ status: 0, stderr: '' });
    expect(essence(await eventsOf(store))).toEqual(essence(events));

    const back = await copy(store, last, '--json');
    expect(back).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(back.stdout)).toMatchObject({ events: 400, sha256: digestOf(events) });
    expect(essence(await eventsOf(last))).toEqual(essence(events));
  }, 60_000);

  it('keeps nothing beside the store, and nothing of this machine is in its way', async () => {
    await writeHistory(sqlite('first'), { events: 20, random: generator(1) });
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const dataDir = join(folder, 'first');
    const command = ['copy', '--from', 'sqlite', '--to', server.url, '--data', dataDir];
    const ran = await startLedger(command, { TMPDIR: temporary }).ended;
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(Object.keys(contentsOf(dataDir))).not.toContain('eventstore.db');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('refuses a store that holds another ledger, before it writes', async () => {
    await writeHistory(sqlite('first'), { events: 20, random: generator(2) });
    await writeHistory(store, { events: 5, random: generator(3) });
    const appends = server.calls.count('append');
    const { status, stderr } = await copy(sqlite('first'), store);
    expect(status).toBe(1);
    expect(stderr).toContain('holds another ledger: it differs from the source at position 1');
    expect(server.calls.count('append')).toBe(appends);
  });

  it('refuses a store without any ledger as a source', async () => {
    const { status, stderr } = await copy(store, sqlite('new'));
    expect(status).toBe(1);
    expect(stderr).toContain('There is no ledger in');
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });
});

describe('a copy between engines that is killed in the middle', () => {
  const seed = freshSeed();
  const EVENTS = 2_000;

  it(`goes on, there and back (seed ${seed})`, async () => {
    const random = generator(seed);
    const [first, last] = [sqlite('first'), sqlite('last')];
    await writeHistory(first, { events: EVENTS, random });
    const whole = essence(await eventsOf(first));

    for (const [from, to] of [
      [first, store],
      [store, last],
    ] as const) {
      const stood: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const before = stood.at(-1) ?? 0;
        const args = ['copy', '--from', textOf(from), '--to', textOf(to)];
        const running = startLedger(args, { TMPDIR: folder });
        const isOver = running.ended.then(() => true);
        await until(async () => {
          const ended = await Promise.race([isOver, Promise.resolve(false)]);
          return ended || (await countOf(to)) > before + random() * 200;
        });
        running.process.kill('SIGKILL');
        await running.ended;
        const standing = essence(await eventsOf(to));
        expect(standing).toEqual(whole.slice(0, standing.length));
        stood.push(standing.length);
      }
      console.log(`${from.engine} → ${to.engine}: after each kill stood ${stood.join(', ')}`);
      expect(stood[0]).toBeGreaterThan(0);
      expect(stood.some((events) => events < EVENTS)).toBe(true);
      expect(await copy(from, to)).toMatchObject({ status: 0, stderr: '' });
      expect(essence(await eventsOf(to))).toEqual(whole);
    }
  }, 180_000);
});

describe('the other commands on a store', () => {
  it('back it up and restore it', async () => {
    await writeHistory(store, { events: 60, random: generator(4) });
    const events = essence(await eventsOf(store));
    const directory = join(folder, 'backup');

    expect(await ledger('backup', directory, '--log', server.url)).toMatchObject({ status: 0 });
    const empty = await EventStoreServer.start();
    try {
      const restored = await ledger('restore', directory, '--to', empty.url);
      expect(restored).toMatchObject({ status: 0, stderr: '' });
      expect(essence(await eventsOf({ ...store, engine: 'eventstore', url: empty.url }))).toEqual(
        events,
      );
      const again = await ledger('restore', directory, '--to', empty.url);
      expect(again.status).toBe(1);
      expect(again.stderr).toContain('holds 60 events already');
    } finally {
      await empty.stop();
    }
  }, 60_000);

  it('import facts into it and replay it', async () => {
    const facts = join(__dirname, '..', '..', 'seeds', 'guangming-2021', 'facts.json');
    const dataDir = join(folder, 'office');
    const imported = await ledger('import', facts, '--log', server.url, '--data', dataDir);
    expect(imported).toMatchObject({
      status: 0,
      stdout: '132 facts: 283 writes recorded, 0 unchanged, 0 recorded before\n',
    });
    const { stdout } = await ledger('replay', '--json', '--log', server.url, '--data', dataDir);
    expect(lines(stdout)).toHaveLength(283);
    const doctor = await ledger('doctor', '--json', '--log', server.url, '--data', dataDir);
    expect(findings(doctor)).toEqual([
      'node ok',
      'directory ok',
      'space ok',
      'lock ok',
      'engine ok',
      'log ok',
      'clock ok',
      'views ok',
    ]);
    expect(doctor.status).toBe(0);
  }, 60_000);

  it.each([
    ['a truncated stream', (stream: string) => server.store.setMetadata(stream, { $tb: 1 })],
    ['a removed event', (stream: string) => server.store.removeEvent(stream, 0n)],
    [
      'an altered entry',
      (stream: string) => server.store.alterMetadata(stream, 0n, Buffer.from('{"forged":true}')),
    ],
  ])('find tampering: %s', async (_, attack) => {
    await writeHistory(store, { events: 30, random: generator(5) });
    const several = (await eventsOf(store)).find(({ revision }) => revision > 0);
    if (several === undefined) throw new Error('No stream holds more than one event.');
    attack(several.stream);

    const command = ['doctor', '--json', '--log', server.url, '--data', folder];
    const { status, stdout, stderr } = await ledger(...command);

    expect(stderr).toBe('');
    expect(stdout).toMatch(/"check":"(log|engine)","state":"problem"/);
    expect(stdout).toContain(several.stream);
    expect([13, 15]).toContain(status);
  });

  it('say what is wrong with the credentials', async () => {
    const certificate = makeCertificate();
    if (certificate === undefined) return; // there is no openssl on this machine
    const { key, certificate: text } = certificate;
    const secure = await EventStoreServer.start({
      tls: { key, certificate: text },
      credentials: { user: 'ledger', password: 'right' },
    });
    try {
      const url = (password: string) =>
        `esdb://ledger:${password}@localhost:${secure.port}?tls=true&tlsCAFile=${certificate.caFile}`;
      await writeHistory(sqlite('first'), { events: 5, random: generator(6) });
      const denied = await ledger('copy', '--from', textOf(sqlite('first')), '--to', url('geheim'));
      expect(denied.status).toBe(1);
      expect(denied.stderr.trim().split('\n')).toHaveLength(1);
      expect(denied.stderr).not.toContain('geheim');
      const doctor = await ledger('doctor', '--json', '--log', url('geheim'), '--data', folder);
      expect(doctor.status).toBe(15);
      expect(doctor.stdout).not.toContain('geheim');
      const taken = await ledger('copy', '--from', textOf(sqlite('first')), '--to', url('right'));
      expect(taken).toMatchObject({ status: 0, stderr: '' });
      expect(taken.stdout).not.toContain('right@');
    } finally {
      await secure.stop();
      rmSync(certificate.folder, { recursive: true, force: true });
    }
  }, 60_000);
});

function findings({ stdout }: Ran): string[] {
  return lines(stdout).map((line) => {
    const { check, state }: { check: string; state: string } = JSON.parse(line);
    return `${check} ${state}`;
  });
}
