import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openLog, openLogReader, type LogAddress } from '@ledger/engines';
import type { LedgerEvent, NewEvent } from '@ledger/event-log';
import { generator, type Random } from '../crash/random.js';

type HistoryOptions = { events: number; random: Random; large?: boolean };

const WORDS = [
  '签约面积',
  '腾空物业',
  '68.1万平方米',
  '80余条',
  '近百名',
  '矛盾纠纷',
  '𠮷',
  'e\u0301'.normalize('NFC'),
];
const CATEGORIES = ['metric', 'reform', 'milestone', 'unit', 'projection'];

/**
 * Appends a random history to the log of an address: streams taken by chance, one to twenty events
 * an append, Chinese text, and with `large` now and then an entry close to the limit of 64 KiB.
 */
export async function writeHistory(address: LogAddress, options: HistoryOptions): Promise<void> {
  const { events, random, large = false } = options;
  const log = await openLog(address, { thread: false });
  try {
    const revisions = new Map<string, number>();
    for (let written = (await log.head()).sequence + 1, end = written + events; written < end;) {
      const stream = `${pick(CATEGORIES, random)}-s${Math.floor(random() * 40)}`;
      const standing = revisions.get(stream) ?? (await lastRevision(log, stream));
      const count = Math.min(end - written, 1 + Math.floor(random() ** 3 * 20));
      const batch = Array.from({ length: count }, () => randomEvent(random, large));
      await log.append(stream, standing < 0 ? 'none' : standing, batch);
      revisions.set(stream, standing + count);
      written += count;
    }
  } finally {
    await log.close();
  }
}

/** Many small events, quickly: for tests that need a copy to take its time. */
export async function writeManyEvents(address: LogAddress, count: number): Promise<void> {
  const log = await openLog(address, { thread: false });
  try {
    const random = generator(count);
    for (let stream = 0; stream * 500 < count; stream += 1) {
      const length = Math.min(500, count - stream * 500);
      const batch = Array.from({ length }, () => randomEvent(random, false));
      await log.append(`metric-many-${stream}`, 'none', batch);
    }
  } finally {
    await log.close();
  }
}

type Reader = Awaited<ReturnType<typeof openLogReader>>;

async function lastRevision(log: Omit<Reader, 'wake'>, stream: string): Promise<number> {
  const [last] = await log.readStream(stream, { direction: 'backwards', limit: 1 });
  return last?.revision ?? -1;
}

export function randomEvent(random: Random, large: boolean): NewEvent {
  const characters = large && random() < 0.02 ? 21_000 : Math.floor(random() * 120);
  const text = Array.from({ length: 3 }, () => pick(WORDS, random)).join('，');
  return {
    id: randomUUID(),
    type: 'ObservationReported',
    data: {
      printed: text,
      amount: String(Math.floor(random() * 1e9)),
      note: '改'.repeat(characters),
      nested: { list: [1, true, null, { deep: text }] },
    },
    metadata: {
      schema: 1 + Math.floor(random() * 3),
      actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
      correlationId: randomUUID(),
      commandId: randomUUID(),
      commandHash: createHash('sha256').update(text).digest('hex'),
      ...(random() < 0.3 && { reason: '两处地块重复计入' }),
      ...(random() < 0.2 && { synthetic: true as const }),
      ...(random() < 0.2 && { source: { kind: 'article', id: 'a', locator: { highlight: 2 } } }),
    },
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error('There is nothing to pick from.');
  return chosen;
}

/** Every event of a log, in its order; none where there is no log. */
export async function eventsOf(address: LogAddress): Promise<LedgerEvent[]> {
  if (address.engine === 'sqlite' && !existsSync(join(address.dataDir, 'ledger.db'))) return [];
  const reader = await openLogReader(address);
  try {
    const events: LedgerEvent[] = [];
    for (;;) {
      const page = await reader.readAll({ after: events.at(-1)?.position ?? '0', limit: 500 });
      if (page.length === 0) return events;
      events.push(...page);
    }
  } finally {
    await reader.close();
  }
}

/** Events in a log; 0 where there is none yet, or none that can be read yet. */
export async function countOf(address: LogAddress): Promise<number> {
  try {
    const reader = await openLogReader(address);
    const { sequence } = await reader.head();
    await reader.close();
    return sequence + 1;
  } catch {
    return 0;
  }
}

/** What a copy must have in common with its source. */
export function essence(events: LedgerEvent[]): [number, string, number, string][] {
  return events.map(({ sequence, position, revision, entry }) => [
    sequence,
    position,
    revision,
    entry,
  ]);
}

/** SHA-256 over each entry's UTF-8 bytes and a newline, spelled apart from the code under test. */
export function digestOf(events: LedgerEvent[]): string {
  const text = events.map(({ entry }) => `${entry}\n`).join('');
  return createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex');
}
