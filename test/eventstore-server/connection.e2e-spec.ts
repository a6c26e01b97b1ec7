import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { builtPath } from '../../apps/api/src/files.js';
import { makeCertificate } from './certificate.js';
import { append, collect, rejectionOf, reported, revisionsOf } from './client.js';
import { fault } from './faults.js';
import { EventStoreServer } from './server.js';

const certificate = makeCertificate();
const itOverTls = certificate === undefined ? it.skip : it;
const reason = certificate === undefined ? ' (skipped: there is no openssl to make a key)' : '';

afterAll(() => {
  if (certificate !== undefined) rmSync(certificate.folder, { recursive: true });
});

const stopping: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stopping.splice(0).reverse()) await stop();
});

const start: typeof EventStoreServer.start = async (options) => {
  const server = await EventStoreServer.start(options);
  stopping.push(() => server.stop());
  return server;
};

const connect = (url: string) => {
  const client = EventStoreDBClient.connectionString(url);
  stopping.push(() => client.dispose());
  return client;
};

describe('credentials and TLS', () => {
  const secure = async () => {
    if (certificate === undefined) throw new Error('There is no certificate.');
    const credentials = { user: 'ledger', password: 'p@ss:word' };
    const server = await start({ credentials, tls: certificate });
    return { server, url: `${server.url}&tlsCAFile=${encodeURIComponent(certificate.caFile)}` };
  };

  itOverTls(`take the credentials of the connection string${reason}`, async () => {
    const { server, url } = await secure();
    const client = connect(url.replace('//', '//ledger:p%40ss%3Aword@'));
    await client.appendToStream('metric-area', reported(2), { expectedRevision: NO_STREAM });
    expect(revisionsOf(await collect(client.readStream('metric-area')))).toEqual([0n, 1n]);
    const authorization = `Basic ${Buffer.from('ledger:p@ss:word').toString('base64')}`;
    expect(server.calls.seen.at(-1)).toMatchObject({ rpc: 'read', authorization });
  });

  itOverTls(`refuse everybody else${reason}`, async () => {
    const { server, url } = await secure();
    const client = connect(url);
    const denied = { type: 'access-denied' };
    expect(await rejectionOf(append(client, 'metric-area', NO_STREAM))).toMatchObject(denied);
    expect((await collect(client.readStream('metric-area'))).error).toMatchObject(denied);
    expect((await collect(client.subscribeToAll())).error).toMatchObject(denied);
    expect(server.store.stream('metric-area')).toBeUndefined();
  });

  it('never travel without TLS', async () => {
    const server = await start({ credentials: { user: 'ledger', password: 'secret' } });
    const client = connect(server.url);
    expect(await rejectionOf(append(client, 'metric-area', NO_STREAM))).toMatchObject({
      type: 'access-denied',
    });
    expect(server.calls.seen[0]).not.toHaveProperty('authorization');
  });
});

describe('connections', () => {
  it('are made lazily: a client alone is no call', async () => {
    const server = await start();
    connect(server.url);
    expect(server.calls.seen).toEqual([]);
  });

  it('come back to a server that was gone, with all that was stored', async () => {
    const before = await start();
    const client = connect(before.url);
    await append(client, 'metric-area', NO_STREAM, reported(2));
    await before.stop();
    const gone = await collect(client.readStream('metric-area'));
    expect(gone.error).toMatchObject({ type: 'unavailable' });

    const { store, port } = before;
    await start({ store, port });
    let back = await collect(client.readStream('metric-area'));
    // The library waits about a second between attempts to connect.
    while (back.error !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      back = await collect(client.readStream('metric-area'));
    }
    expect(revisionsOf(back)).toEqual([0n, 1n]);
  });

  it('ask gossip first where several hosts are named, and go to the leader', async () => {
    const follower = await start();
    const leader = await start({ store: follower.store });
    const members = [
      { ...follower.members[0], host: '127.0.0.1', port: follower.port, alive: true },
      { ...leader.members[0], host: '127.0.0.1', port: leader.port, alive: true },
    ];
    const states = ['FOLLOWER', 'LEADER'] as const;
    const told = members.map((member, index) => ({ ...member, state: states[index] ?? 'LEADER' }));
    follower.members = told;
    leader.members = told;
    const hosts = `127.0.0.1:${follower.port},127.0.0.1:${leader.port}`;
    const client = connect(`esdb://${hosts}?tls=false`);

    await append(client, 'metric-area', NO_STREAM);
    expect(follower.calls.count('gossip') + leader.calls.count('gossip')).toBe(1);
    expect(follower.calls.count('append')).toBe(0);
    expect(leader.calls.count('append')).toBe(1);
  });

  it('are not found while gossip is silent or names nobody acceptable', async () => {
    const server = await start();
    const discover = `esdb+discover://127.0.0.1:${server.port}?tls=false`;
    const patience = '&maxDiscoverAttempts=2&discoveryInterval=10&gossipTimeout=1';
    const failed = { message: 'Failed to discover after 2 attempts.' };

    server.members = [{ host: '127.0.0.1', port: server.port, state: 'CATCHINGUP', alive: true }];
    const nobody = append(connect(discover + patience), 'metric-area', NO_STREAM);
    expect(await rejectionOf(nobody)).toMatchObject(failed);

    server.faults.always('gossip', fault.silent());
    const silence = append(connect(discover + patience), 'metric-area', NO_STREAM);
    expect(await rejectionOf(silence)).toMatchObject(failed);
    expect(server.calls.count('gossip')).toBe(4);
  });
});

describe('the server as a process of its own', () => {
  const main = builtPath('test', 'eventstore-server', 'main.js');

  it('says where it listens, serves, and ends on SIGTERM', async () => {
    if (!existsSync(main)) throw new Error('Build first: npm run build.');
    const child = spawn(process.execPath, [main, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    stopping.push(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const line = await new Promise<string>((resolve) => {
      child.stdout.setEncoding('utf8').once('data', resolve);
    });
    expect(line).toMatch(/^listening on 127\.0\.0\.1:\d+\n$/);

    const client = connect(`esdb://${line.trim().replace('listening on ', '')}?tls=false`);
    await append(client, 'metric-area', NO_STREAM, reported(2));
    expect(revisionsOf(await collect(client.readStream('metric-area')))).toEqual([0n, 1n]);
    await client.dispose();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
