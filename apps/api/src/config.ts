import { resolve } from 'node:path';
import { readLogAddress, type LogAddress } from '@ledger/engines';
import type { Actor } from '@ledger/event-log';

/** What the server is told by its environment; read once, at boot, by this file alone. */
export type Config = Readonly<{
  /** 0 lets the system choose a free port. */
  port: number;
  host: string;
  /** Absolute path of the folder that holds the views, and the log where it is embedded. */
  dataDirectory: string;
  log: LogAddress;
  seed: 'guangming-2021' | 'none';
  /** The log's name, as it will stand in checkpoints. */
  origin: string;
  /** Who writes, until there is access control. */
  actor: Readonly<Actor>;
}>;

/** Everything that is wrong with the environment, a sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

type Environment = { readonly [name: string]: string | undefined };

/** Reads and checks the environment; throws one `ConfigError` that lists every problem. */
export function readConfig(environment: Environment = process.env): Config {
  const problems: string[] = [];
  const setting = (name: string, fallback: string): string => environment[name]?.trim() || fallback;
  const checked = (
    name: string,
    fallback: string,
    problem: (value: string) => string | undefined,
  ) => {
    const value = setting(name, fallback);
    const found = problem(value);
    if (found !== undefined) problems.push(`${name}=${value}: ${found}`);
    return value;
  };
  const port = Number(checked('PORT', '3000', portProblem));
  const trusts = checked('LEDGER_TRUST_NETWORK', 'no', trustProblem) === 'yes';
  const host = checked('HOST', '127.0.0.1', trusts ? anyHostProblem : hostProblem);
  const dataDirectory = resolve(setting('LEDGER_DATA', './data'));
  const log = readLog(setting('LEDGER_LOG', 'sqlite'), dataDirectory, problems);
  const seed = checked('LEDGER_SEED', 'guangming-2021', seedProblem);
  const origin = checked('LEDGER_ORIGIN', 'reform-ledger.local', originProblem);
  const actor = Object.freeze({
    id: checked('LEDGER_ACTOR_ID', 'local', actorProblem),
    unit: checked('LEDGER_ACTOR_UNIT', 'district-reform-office', actorProblem),
    role: checked('LEDGER_ACTOR_ROLE', 'reformOffice', actorProblem),
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    port,
    host,
    dataDirectory,
    log,
    seed: seed === 'none' ? 'none' : 'guangming-2021',
    origin,
    actor,
  });
}

function portProblem(value: string): string | undefined {
  const isPort = /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
  return isPort ? undefined : 'a port is a whole number from 0 to 65535.';
}

/** Loopback only: whoever reaches the port may write. */
function hostProblem(value: string): string | undefined {
  const isLoopback =
    value === 'localhost' ||
    value === '::1' ||
    /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(value);
  return isLoopback
    ? undefined
    : 'there is no access control yet, so the server listens on this machine only; use ' +
        '127.0.0.1, ::1 or localhost. Where nobody else reaches the network, ' +
        'LEDGER_TRUST_NETWORK=yes lets it listen there.';
}

/** For networks that only a proxy or people who may write can reach, such as a compose network. */
function anyHostProblem(value: string): string | undefined {
  return /^[A-Za-z0-9:.-]{1,253}$/.test(value) ? undefined : 'a host is a name or an address.';
}

function trustProblem(value: string): string | undefined {
  return value === 'yes' || value === 'no' ? undefined : 'it is yes or no.';
}

/** The value may hold a password, so it is not repeated. */
function readLog(text: string, dataDirectory: string, problems: string[]): LogAddress {
  try {
    return readLogAddress(text, dataDirectory);
  } catch (error) {
    problems.push(`LEDGER_LOG: ${error instanceof Error ? error.message : String(error)}`);
    return { engine: 'sqlite', dataDir: dataDirectory };
  }
}

function seedProblem(value: string): string | undefined {
  const isKnown = value === 'guangming-2021' || value === 'none';
  return isKnown ? undefined : 'the seed is guangming-2021 or none.';
}

function originProblem(value: string): string | undefined {
  const isName = /^[A-Za-z0-9][A-Za-z0-9./-]{0,199}$/.test(value);
  return isName
    ? undefined
    : 'the name is letters, digits, dots, slashes and hyphens, at most 200, without a scheme.';
}

function actorProblem(value: string): string | undefined {
  const isName = /^[A-Za-z0-9](-?[A-Za-z0-9]+)*$/.test(value) && value.length <= 120;
  return isName ? undefined : 'it is letters and digits joined by single hyphens, at most 120.';
}
