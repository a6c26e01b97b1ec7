import { createHash } from 'node:crypto';
import { v5, v7 } from 'uuid';
import type { Actor } from '@ledger/event-log';

/** Namespace of command ids (a random UUID, fixed for ever: it is part of stored facts). */
const COMMANDS = '7b0f3a52-9d0c-4c86-9a3e-5f2d1c7be014';

/**
 * The id of a command: the same caller, route and idempotency key always give the same id, so that
 * a repeat is recognised for ever. Without a key each command is its own: a random UUID (version 7).
 */
export function commandIdentity(asked: { actor: Actor; route: string; key?: string }): string {
  if (asked.key === undefined) return v7();
  return v5(JSON.stringify([asked.actor.id, asked.route, asked.key]), COMMANDS);
}

/**
 * SHA-256, 64 hex digits, of a command as it was asked. Key order does not matter: two bodies that
 * say the same have the same hash.
 */
export function commandHash(asked: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortedByKey(asked)))
    .digest('hex');
}

function sortedByKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([key, inner]) => [key, sortedByKey(inner)]) };
}
