import { createHash } from 'node:crypto';

const LEAF_PREFIX = Uint8Array.of(0x00);

/**
 * The leaf hash of one entry, 64 hex digits: SHA-256(0x00 || entry bytes), RFC 6962 section 2.1.
 * `entry` is the canonical JSON text of the log; its UTF-8 bytes are hashed.
 */
export function leafHash(entry: string): string {
  return createHash('sha256').update(LEAF_PREFIX).update(entry, 'utf8').digest('hex');
}
