import { hash, randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Actor } from '@ledger/event-log';

/** Asking the system for random bytes costs more than using them, so they come in larger draughts. */
const pool = new Uint8Array(4_096);
let taken = pool.length;

/** A UUID of version 7 (RFC 9562): its first 48 bits are the time, the others random. */
export function newId(): string {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += 16;
  return v7({ random: pool.subarray(taken - 16, taken) });
}

/**
 * The id of a command: the same caller, route and idempotency key always give the same id, so that
 * a repeat is recognised for ever: the first 128 bits of a SHA-256, as 32 hex digits. Without a key
 * each command is its own and gets a random id. Part of stored facts: never changed.
 */
export function commandIdentity(asked: { actor: Actor; route: string; key?: string }): string {
  if (asked.key === undefined) return newId();
  return hash('sha256', JSON.stringify([asked.actor.id, asked.route, asked.key])).slice(0, 32);
}

/**
 * SHA-256, 64 hex digits, of a command as it was asked. Key order does not matter: two bodies that
 * say the same have the same hash.
 */
export function commandHash(asked: unknown): string {
  return hash('sha256', JSON.stringify(sortedByKey(asked)));
}

function sortedByKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([key, inner]) => [key, sortedByKey(inner)]) };
}
