import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError, readConfig } from '../../apps/api/src/config.js';
import { activeServices, type Compose, root, type Service, volumeOf } from './compose-file.js';
import { serverVariables } from './server-options.js';

const DATABASE = 'eventstore/eventstore';

/** Everything that is wrong with a compose file, a sentence each. */
export function problemsOf(compose: Compose, profiles: readonly string[]): string[] {
  return [
    ...Object.entries(compose.services).flatMap(([name, service]) =>
      [
        ...imageProblems(service),
        ...portProblems(service),
        ...environmentProblems(service),
        ...databaseProblems(service),
        ...healthProblems(service),
        ...dependencyProblems(compose, service),
      ].map((problem) => `${name}: ${problem}`),
    ),
    ...referenceProblems(compose),
    ...profiles.flatMap((profile) => profileProblems(compose, profile)),
  ];
}

/** A tag is pinned when it names a version; a digest is better still. */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag !== undefined && /^v?\d+\.\d+\.\d+/.test(tag);
}

function imageProblems({ image }: Service): string[] {
  if (image === undefined) return ['it names no image'];
  return isPinned(image) ? [] : [`the image ${image} is not pinned to a version`];
}

function portProblems({ ports }: Service): string[] {
  return ports
    .filter((port) => !/^(127\.0\.0\.1|\[::1\]):\d+:\d+$/.test(port))
    .map((port) => `the port ${port} is not bound to this machine's loopback`);
}

/** Whether a service runs our image's own command, the server. */
export function isServer(service: Service): boolean {
  return service.build !== undefined && service['command'] === undefined;
}

/**
 * Names that the server reads from this environment, learnt by watching it read. A setting that is
 * asked for only when another one is there counts where that one is there.
 */
export function namesRead(environment: Service['environment']): Set<string> {
  const names = new Set<string>();
  const watched = new Proxy(environment, {
    get: (target, name) => {
      names.add(String(name));
      return Object.hasOwn(target, name) ? target[String(name)] : undefined;
    },
  });
  try {
    readConfig(watched);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return names;
}

function environmentProblems(service: Service): string[] {
  if (!isServer(service)) return [];
  const known = namesRead(service.environment);
  const unknown = Object.keys(service.environment)
    .filter((name) => !known.has(name))
    .map((name) => `the server reads no variable ${name}`);
  try {
    return [...unknown, ...configProblems(service, readConfig(service.environment))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...unknown, ...error.problems];
  }
}

/** What a valid configuration has to be beyond that inside a container. */
function configProblems(service: Service, config: Config): string[] {
  const isMounted = service.volumes.some(
    (mount) => volumeOf(mount).target === config.dataDirectory,
  );
  return [
    ...(isMounted ? [] : [`its data ${config.dataDirectory} is not on a volume`]),
    ...(config.host === '0.0.0.0' ? [] : [`${config.host} is not reached from other containers`]),
    ...service.ports
      .filter((port) => !port.endsWith(`:${config.port}`))
      .map((port) => `the port ${port} is not the server's ${config.port}`),
  ];
}

function databaseProblems({ image, environment }: Service): string[] {
  if (image?.startsWith(`${DATABASE}:`) !== true) return [];
  return Object.keys(environment)
    .filter((name) => !serverVariables.has(name))
    .map((name) => `the database knows no option ${name}`);
}

/** Containers that do their work and end; others wait for that. */
export function isOneShot(service: Service): boolean {
  return service.restart === 'no';
}

/** Our own image brings its check along; the Dockerfile's spec proves that it does. */
function hasHealthCheck({ healthcheck, build }: Service): boolean {
  if (healthcheck?.disable === true) return false;
  return healthcheck?.test !== undefined || build !== undefined;
}

function healthProblems(service: Service): string[] {
  return isOneShot(service) || hasHealthCheck(service) ? [] : ['it has no health check'];
}

function dependencyProblems(compose: Compose, service: Service): string[] {
  return Object.entries(service.depends_on).flatMap(([name, { condition }]) => {
    const other = compose.services[name];
    if (other === undefined) return [`it waits for ${name}, which is no service`];
    const fits =
      condition === 'service_healthy'
        ? hasHealthCheck(other)
        : condition === 'service_completed_successfully' && isOneShot(other);
    return fits ? [] : [`it waits for ${name} to be ${condition}, which never comes`];
  });
}

/** What is referenced must be defined, what is defined must be used, and files must be there. */
function referenceProblems(compose: Compose): string[] {
  const services = Object.values(compose.services);
  const kinds: [string, Compose[string], string[]][] = [
    ['volume', compose.volumes, services.flatMap((s) => s.volumes.map((m) => volumeOf(m).source))],
    ['network', compose.networks, services.flatMap((s) => s.networks)],
    ['config', compose.configs, services.flatMap((s) => s.configs.map(({ source }) => source))],
  ];
  const names = kinds.flatMap(([kind, definitions, used]) => {
    const defined = Object.keys(Object(definitions));
    return [
      ...used.filter((n) => !defined.includes(n)).map((n) => `the ${kind} ${n} is not defined`),
      ...defined.filter((n) => !used.includes(n)).map((n) => `the ${kind} ${n} is never used`),
    ];
  });
  const files = Object.values(compose.configs)
    .filter(({ file }) => !existsSync(join(root, file)))
    .map(({ file }) => `there is no file ${file}`);
  return [...names, ...files];
}

/** Compose stops when a service waits for one that its profiles leave out. */
function profileProblems(compose: Compose, profile: string): string[] {
  const active = activeServices(compose, [profile]);
  return active.flatMap((name) =>
    Object.keys(compose.services[name]?.depends_on ?? {})
      .filter((other) => !active.includes(other))
      .map((other) => `${name}: it waits for ${other}, which the profile ${profile} leaves out`),
  );
}
