// Gives the servers an account of their own in EventStoreDB, and sets who may do what there. Runs
// once at each start of the cluster and changes nothing that is already as it should be.
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';

const USER = 'ledger';
const GIVE_UP_MS = 180_000;
const PAUSE_MS = 2_000;
const CALL_MS = 10_000;

/**
 * Without this every account may delete any stream of the ledger and rewrite its metadata. Members
 * of $admins stand above all of it, which is why the servers must not be one of them.
 */
const rights = [
  {
    stream: '$settings',
    type: 'update-default-acl',
    data: {
      $userStreamAcl: { $r: USER, $w: USER, $d: '$admins', $mr: USER, $mw: '$admins' },
      $systemStreamAcl: {
        $r: '$admins',
        $w: '$admins',
        $d: '$admins',
        $mr: '$admins',
        $mw: '$admins',
      },
    },
  },
  // Views follow the log of all streams, which only administrators may read by default.
  { stream: '$$$all', type: '$metadata', data: { $acl: { $r: USER } } },
];

const nodes = needed('EVENTSTORE_NODES').split(',');
const admin = { username: 'admin', password: needed('EVENTSTORE_ADMIN_PASSWORD') };
const ledger = { username: USER, password: needed('LEDGER_EVENTSTORE_PASSWORD') };

/** Something that no later try will mend. */
class Refused extends Error {}

const giveUpAt = Date.now() + GIVE_UP_MS;
try {
  await patiently('account', createAccount);
  await patiently('password', checkPassword);
  const client = openClient();
  for (const right of rights) await patiently(right.stream, () => setRight(client, right));
  await client.dispose();
  console.log(`The account ${USER} and its rights are in place.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Any node takes the request and hands it to the leader; 409 means that the account is there. */
async function createAccount(node) {
  const answer = await ask(`${node}/users/`, admin, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      loginName: USER,
      fullName: USER,
      groups: [],
      password: ledger.password,
    }),
  });
  if (answer.status === 401) {
    throw new Refused(
      'EVENTSTORE_ADMIN_PASSWORD is not the password of admin. It counts at the very first start ' +
        'only; later it is changed in EventStoreDB itself.',
    );
  }
  if (answer.status !== 201 && answer.status !== 409)
    throw new Error(`it answered ${answer.status}`);
}

async function checkPassword(node) {
  const answer = await ask(`${node}/users/$current`, ledger, {});
  if (answer.status === 401) {
    throw new Refused(
      `LEDGER_EVENTSTORE_PASSWORD is not the password that the account ${USER} has. Change it in ` +
        'EventStoreDB, or go back to the one it was made with.',
    );
  }
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
}

/** Written as the first event of its stream or not at all; what is there is only compared. */
async function setRight(client, { stream, type, data }) {
  try {
    await client.appendToStream(stream, jsonEvent({ type, data }), {
      expectedRevision: NO_STREAM,
      requiresLeader: true,
      credentials: admin,
      deadline: CALL_MS,
    });
  } catch (error) {
    if (error.type !== 'wrong-expected-version') throw error;
    const there = await lastOf(client, stream);
    if (JSON.stringify(there) === JSON.stringify(data)) return;
    throw new Refused(
      `${stream} holds other rights than the ledger sets: ${JSON.stringify(there)}. Nothing was ` +
        'changed. Find out who changed them before the servers are started again.',
    );
  }
}

async function lastOf(client, stream) {
  const read = client.readStream(stream, {
    direction: 'backwards',
    fromRevision: 'end',
    maxCount: 1,
    requiresLeader: true,
    credentials: admin,
  });
  // A read has no deadline of its own.
  const cut = setTimeout(() => read.destroy(new Error(`${stream} was not read in time`)), CALL_MS);
  try {
    let last;
    // Read to its end, since leaving the loop early leaves the call open.
    for await (const { event } of read) last = event?.data;
    return last;
  } finally {
    clearTimeout(cut);
  }
}

function openClient() {
  const isSecure = nodes.every((node) => node.startsWith('https://'));
  const hosts = nodes.map((node) => new URL(node).host).join(',');
  const authority = isSecure ? `&tlsCAFile=${needed('NODE_EXTRA_CA_CERTS')}` : '';
  return EventStoreDBClient.connectionString(
    `esdb://${hosts}?tls=${isSecure}&nodePreference=leader${authority}`,
  );
}

function ask(url, { username, password }, request) {
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  return fetch(url, {
    ...request,
    headers: { ...request.headers, authorization: `Basic ${login}` },
    signal: AbortSignal.timeout(CALL_MS),
  });
}

/** Tries with one node after the other until it works: a young cluster has no leader yet. */
async function patiently(what, work) {
  for (let round = 0; ; round += 1) {
    const node = nodes[round % nodes.length];
    try {
      return await work(node);
    } catch (error) {
      if (error instanceof Refused) throw error;
      const reason = error.cause?.message ?? error.message;
      if (Date.now() > giveUpAt) throw new Error(`${what}: ${node}: ${reason}`, { cause: error });
      console.error(`${what}: ${node}: ${reason}; trying again`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function needed(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set.`);
  process.exit(1);
}
