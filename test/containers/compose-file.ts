import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = join(__dirname, '..', '..');

const Names = z.array(z.string());
const Mapping = z.record(z.string(), z.unknown());

/** What the checks look at of one service; everything else is the schema's affair. */
const ServiceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  profiles: Names.default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: Names.default([]),
  volumes: Names.default([]),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  networks: Names.default([]),
  network_mode: z.string().optional(),
  restart: z.string().optional(),
  healthcheck: z
    .looseObject({ test: Names.optional(), disable: z.boolean().optional() })
    .optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});

export const ComposeSchema = z.looseObject({
  services: z.record(z.string(), ServiceSchema),
  configs: z.record(z.string(), z.object({ file: z.string() })).default({}),
  networks: Mapping.default({}),
  volumes: Mapping.default({}),
});

export type Service = z.infer<typeof ServiceSchema>;
export type Compose = z.infer<typeof ComposeSchema>;

/** docker-compose.yml as it is written: anchors and merge keys are resolved, variables are not. */
export function readDocument(): unknown {
  return parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?words}` and `$$`, as the specification has them. */
const VARIABLE = /\$(?:\$|\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\})/g;

/** A document with its variables filled in; throws where one that must be given is not. */
export function filledIn(document: unknown, given: { [name: string]: string }): unknown {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string'
      ? value.replace(VARIABLE, (whole, name?: string, form?: string, words?: string) => {
          if (name === undefined) return '$';
          const found = given[name];
          if (found !== undefined && (found !== '' || form?.startsWith(':') !== true)) return found;
          if (form?.endsWith('-') === true) return words ?? '';
          throw new Error(`${whole} has no value`);
        })
      : value,
  );
}

/** The services that Compose starts with these profiles: those that name none, or one of them. */
export function activeServices(compose: Compose, profiles: readonly string[]): string[] {
  return Object.entries(compose.services)
    .filter(([, service]) => {
      return service.profiles.length === 0 || service.profiles.some((p) => profiles.includes(p));
    })
    .map(([name]) => name)
    .sort();
}

/** The named volume that a short `source:target[:mode]` mounts; a path of the host is none. */
export function volumeOf(mount: string): { source: string; target: string } {
  const [source = '', target = ''] = mount.split(':');
  return { source, target };
}
