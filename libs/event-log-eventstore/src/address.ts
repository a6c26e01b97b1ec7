import { EventLogError } from '@ledger/event-log';

/** What is needed to connect; `url` may hold a password and is shown to nobody. */
export type EventStoreAddress = {
  url: string;
  credentials: { username: string; password: string };
  /** The address without its password. */
  shown: string;
};

const FORM = /^([a-z+]+):\/\/(?:([^@/?]*)@)?([^@/?]+)\/?(?:\?(.*))?$/;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?::(\d{1,5}))?$/;
const EXAMPLE = 'esdb://127.0.0.1:2113?tls=false';

const isNumber = (value: string): boolean => /^-?\d{1,9}$/.test(value);
const isText = (value: string): boolean => value !== '' && !/%(?![0-9A-Fa-f]{2})/.test(value);
const isFlag = (value: string): boolean => value === 'true' || value === 'false';

/** Settings of a connection string that reach the client as they stand. */
const settings: { [name: string]: { takes: string; allows: (value: string) => boolean } } = {
  tls: { takes: 'true or false', allows: isFlag },
  tlsCAFile: { takes: 'the path of a file', allows: isText },
  userCertFile: { takes: 'the path of a file', allows: isText },
  userKeyFile: { takes: 'the path of a file', allows: isText },
  connectionName: { takes: 'a name', allows: isText },
  nodePreference: {
    // Another node may lie behind the one that the order came from.
    takes: 'leader only',
    allows: (value) => value === 'leader',
  },
  maxDiscoverAttempts: { takes: 'a whole number', allows: isNumber },
  discoveryInterval: { takes: 'milliseconds', allows: isNumber },
  gossipTimeout: { takes: 'seconds', allows: isNumber },
  keepAliveInterval: { takes: 'milliseconds', allows: isNumber },
  keepAliveTimeout: { takes: 'milliseconds', allows: isNumber },
};

/** Settings that the client knows and the ledger must not use, with the reason. */
const refused: { [name: string]: string } = {
  tlsVerifyCert:
    'has no effect in this client; name the authority with tlsCAFile, or NODE_EXTRA_CA_CERTS',
  throwOnAppendFailure: 'must stay as it is, or refused appends would look like successes',
  defaultDeadline: 'is set by the ledger, which reads back what timed out',
};

/**
 * Reads a connection string of EventStoreDB: `esdb://[user:password@]host[:port][,…][?key=value&…]`
 * or `esdb+discover://…`. Throws `ADDRESS_INVALID`; the sentence never holds a password.
 */
export function readEventStoreUrl(text: string): EventStoreAddress {
  const match = FORM.exec(text);
  // Whoever writes an @ means a login; what cannot be told apart from it is not repeated.
  if (match !== null && match[2] === undefined && text.includes('@')) throw badLogin();
  if (match === null) {
    throw invalid(`The address is not of the form esdb://HOST:PORT?key=value, e.g. ${EXAMPLE}.`);
  }
  const [, scheme = '', login, hosts = '', query] = match;
  checkScheme(scheme);
  checkHosts(hosts, scheme);
  const given = readSettings(query);
  const isSecure = given.get('tls') !== 'false';
  const credentials = isSecure ? readLogin(login) : noLogin(login);
  const isCluster = hosts.includes(',') || scheme === 'esdb+discover';
  // Reads and writes need the leader; the client's own default is any node.
  if (isCluster && !given.has('nodePreference')) given.set('nodePreference', 'leader');
  const rest = [...given].map(([name, value]) => `${name}=${value}`).join('&');
  const place = `${hosts}${rest === '' ? '' : `?${rest}`}`;
  return {
    url: `${scheme}://${isSecure ? `${login}@` : ''}${place}`,
    credentials,
    shown: `${scheme}://${isSecure ? `${credentials.username}@` : ''}${place}`,
  };
}

function checkScheme(scheme: string): void {
  if (scheme === 'esdb' || scheme === 'esdb+discover') return;
  const isNewName = /^(kurrentdb|kdb)(\+discover)?$/.test(scheme);
  throw invalid(
    isNewName
      ? `The scheme ${scheme}:// is not known to this client, which also talks to KurrentDB; ` +
          'write esdb:// or esdb+discover:// before the same hosts.'
      : `The scheme ${scheme}:// is no event store; write esdb:// or esdb+discover://.`,
  );
}

function checkHosts(hosts: string, scheme: string): void {
  const list = hosts.split(',');
  for (const host of list) {
    const match = HOST.exec(host);
    if (match === null || Number(match[1] ?? 1) < 1 || Number(match[1] ?? 1) > 65_535) {
      throw invalid(`"${host.slice(0, 80)}" is no HOST or HOST:PORT; write e.g. ${EXAMPLE}.`);
    }
  }
  if (scheme === 'esdb+discover' && list.length > 1) {
    throw invalid('esdb+discover:// uses one host only; write esdb:// before several hosts.');
  }
}

function readSettings(query: string | undefined): Map<string, string> {
  const given = new Map<string, string>();
  for (const part of query === undefined ? [] : query.split('&')) {
    const [name = '', ...values] = part.split('=');
    const value = values.join('=');
    const reason = refused[name];
    if (reason !== undefined) throw invalid(`The setting ${name} ${reason}.`);
    const setting = settings[name];
    if (setting === undefined) {
      const known = Object.keys(settings).join(', ');
      throw invalid(`"${name.slice(0, 40)}" is no setting of the address; there are ${known}.`);
    }
    if (given.has(name)) throw invalid(`The setting ${name} stands twice in the address.`);
    if (!setting.allows(value)) throw invalid(`The setting ${name} takes ${setting.takes}.`);
    given.set(name, value);
  }
  if (given.has('userCertFile') !== given.has('userKeyFile')) {
    throw invalid('userCertFile and userKeyFile come together or not at all.');
  }
  return given;
}

function readLogin(login: string | undefined): EventStoreAddress['credentials'] {
  if (login === undefined) {
    throw invalid(
      'The address uses TLS but names no user; write esdb://USER:PASSWORD@HOST:PORT, ' +
        'or tls=false for a server that runs insecure.',
    );
  }
  const [user = '', password, ...more] = login.split(':');
  if (user === '' || password === undefined || password === '' || more.length > 0) {
    throw badLogin();
  }
  try {
    return { username: decodeURIComponent(user), password: decodeURIComponent(password) };
  } catch {
    throw invalid('User or password hold a % that encodes nothing; write %25 for a percent sign.');
  }
}

function badLogin(): EventLogError {
  return invalid(
    'The part before @ must be USER:PASSWORD, with : @ / ? and % in either percent-encoded ' +
      '(: is %3A, @ is %40).',
  );
}

/** The client drops credentials silently without TLS; whoever names them expects them to be used. */
function noLogin(login: string | undefined): EventStoreAddress['credentials'] {
  if (login !== undefined) {
    throw invalid(
      'With tls=false user and password would never be sent; leave them out for an insecure ' +
        'server, or use TLS.',
    );
  }
  return { username: 'anonymous', password: '' };
}

function invalid(message: string): EventLogError {
  return new EventLogError('ADDRESS_INVALID', message);
}

/** Throws `ADDRESS_INVALID` for a connection string that cannot be used as it is spelled. */
export function checkEventStoreUrl(text: string): void {
  readEventStoreUrl(text);
}

/** The address for people and for records: without its password. */
export function shownEventStoreUrl(text: string): string {
  return readEventStoreUrl(text).shown;
}
