import { hash } from 'node:crypto';

/**
 * The leaf hash of one entry, 64 hex digits: SHA-256(0x00 || entry bytes), RFC 6962 section 2.1.
 * `entry` is the canonical JSON text of the log; its UTF-8 bytes are hashed. The prefix goes in as
 * U+0000, whose UTF-8 form is the one byte 0x00.
 */
export function leafHash(entry: string): string {
  return hash('sha256', `\0${entry}`);
}
