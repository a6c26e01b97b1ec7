import { spawn } from 'node:child_process';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { EventStoreServer } from '../eventstore-server/server.js';
import { EventStoreModel } from '../eventstore-server/store.js';
import { root } from './compose-file.js';

const script = join(root, '.docker', 'accounts.mjs');
const passwords = {
  EVENTSTORE_ADMIN_PASSWORD: 'admin.password-1',
  LEDGER_EVENTSTORE_PASSWORD: 'ledger.password~1',
};

describe('the script that sets accounts and rights', () => {
  let database: Database;

  beforeEach(async () => {
    database = await startDatabase();
  });

  afterEach(() => database.stop());

  it('makes the account, sets the rights, and does nothing the second time', async () => {
    expect(await run(database.url, passwords)).toEqual({ code: 0, said: '' });
    expect(await run(database.url, passwords)).toEqual({ code: 0, said: '' });
    expect(database.accounts).toEqual(new Map([['ledger', 'ledger.password~1']]));
    const written = database.store.log.map(({ stream, type, data }) => {
      return [stream, type, JSON.parse(Buffer.from(data).toString())];
    });
    const none = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };
    const own = { $r: 'ledger', $w: 'ledger', $d: '$admins', $mr: 'ledger', $mw: '$admins' };
    expect(written).toEqual([
      ['$settings', 'update-default-acl', { $userStreamAcl: own, $systemStreamAcl: none }],
      ['$$$all', '$metadata', { $acl: { $r: 'ledger' } }],
    ]);
  });

  it('leaves rights alone that somebody else has set, and says so', async () => {
    const open = '{"$userStreamAcl":{"$d":"$all"}}';
    database.store.appendRaw('$settings', { type: 'update-default-acl', data: Buffer.from(open) });
    const { code, said } = await run(database.url, passwords);
    expect(code).toBe(1);
    expect(said).toContain(`$settings holds other rights than the ledger sets: ${open}`);
    expect(database.store.log).toHaveLength(1);
  });

  it('stops at once when a password is not the one that was given first', async () => {
    const changed = { ...passwords, EVENTSTORE_ADMIN_PASSWORD: 'another.password' };
    const admin = await run(database.url, changed);
    expect(admin.code).toBe(1);
    expect(admin.said).toContain('EVENTSTORE_ADMIN_PASSWORD is not the password of admin');
    database.accounts.set('ledger', 'older.password');
    const ledger = await run(database.url, passwords);
    expect(ledger.code).toBe(1);
    expect(ledger.said).toContain('LEDGER_EVENTSTORE_PASSWORD is not the password');
    expect(database.store.log).toEqual([]);
  });

  it('waits for a cluster that is not ready yet', async () => {
    database.answerOnce(503);
    const { code, said } = await run(database.url, passwords);
    expect(code).toBe(0);
    expect(said).toBe(`account: ${database.url}: it answered 503; trying again\n`);
  });
});

type Database = {
  url: string;
  store: EventStoreModel;
  /** Passwords by account, beside `admin`. */
  accounts: Map<string, string>;
  /** The next request to the user management gets this status. */
  answerOnce: (status: number) => void;
  stop: () => Promise<void>;
};

/** One port with both faces of the database: gRPC, and accounts over plain HTTP. */
async function startDatabase(): Promise<Database> {
  const store = new EventStoreModel({ systemEvents: false });
  const streams = await EventStoreServer.start({ store });
  const accounts = new Map<string, string>();
  const once: number[] = [];
  const users = await listening(userManagement(accounts, once));
  const sockets = new Set<Socket>();
  const door = await listening(
    createServer((socket) => {
      socket.once('data', (first: Buffer) => {
        const isGrpc = first.toString('latin1').startsWith('PRI * HTTP/2.0');
        const behind = connect(isGrpc ? streams.port : portOf(users), '127.0.0.1');
        for (const end of [socket, behind]) sockets.add(end.on('error', () => {}));
        behind.write(first);
        socket.pipe(behind).pipe(socket);
      });
    }),
  );
  return {
    url: `http://127.0.0.1:${portOf(door)}`,
    store,
    accounts,
    answerOnce: (status) => once.push(status),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      users.close();
      door.close();
      await streams.stop();
    },
  };
}

/** POST /users/ and GET /users/$current, as the database answers them. */
function userManagement(accounts: Map<string, string>, once: number[]): HttpServer {
  const isKnown = (user: string, password: string): boolean =>
    (user === 'admin' ? passwords.EVENTSTORE_ADMIN_PASSWORD : accounts.get(user)) === password;
  return createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.once('end', () => {
      const login = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
      const [user = '', password = ''] = login.split(':');
      const asked = `${request.method} ${request.url}`;
      const answer = (): number => {
        const status = once.shift();
        if (status !== undefined) return status;
        if (!isKnown(user, password)) return 401;
        if (asked === 'GET /users/$current') return 200;
        if (asked !== 'POST /users/' || user !== 'admin') return 404;
        const { loginName, password: wanted } = JSON.parse(body);
        if (accounts.has(loginName)) return 409;
        accounts.set(loginName, wanted);
        return 201;
      };
      response.writeHead(answer(), { connection: 'close' }).end('{}');
    });
  });
}

async function listening<S extends Server>(server: S): Promise<S> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): AddressInfo['port'] {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It does not listen.');
  return address.port;
}

/** The script in a process of its own, as the container runs it. */
function run(node: string, env: { [name: string]: string }) {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env, EVENTSTORE_NODES: node },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 25_000,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, said }));
  });
}
