import {
  decodeEntry,
  formatRecordedAt,
  parseRecordedAt,
  type LedgerEvent,
  type LogCheck,
} from '@ledger/event-log';
import { prepareArrays, type Database } from '@ledger/sqlite';
import { reasonOf } from './failure.js';
import { openForReading } from './layout.js';

const PAGE_EVENTS = 500;

type Row = [
  position: number,
  stream: string,
  revision: number,
  eventId: string,
  type: string,
  recordedAt: number,
  entry: string,
];

/**
 * Walks the whole log and finds the first event whose entry is not canonical, whose index columns
 * disagree with its entry, or that does not follow the one before it: positions without gap,
 * revisions consecutive in each stream. Then compares the head of every
 * stream with its events. May run beside a server. Throws `UNAVAILABLE` when there is no log.
 *
 * It finds damage, not forgery: who altered the whole file consistently is shown by the seal only.
 */
export function checkLog(dataDir: string): LogCheck {
  const database = openForReading(dataDir);
  try {
    const walk = walkEvents(database);
    return walk.sound ? (checkHeads(database, walk.events) ?? walk) : walk;
  } finally {
    database.close();
  }
}

function walkEvents(database: Database): LogCheck {
  const page = prepareArrays(
    database,
    'SELECT e.position, coalesce(s.name, 0), e.revision, lower(hex(e.event_id)), ' +
      'coalesce(t.name, 0), e.recorded_at, e.entry FROM events e ' +
      'LEFT JOIN streams s ON s.id = e.stream_id LEFT JOIN event_types t ON t.id = e.type_id ' +
      'WHERE e.position > ? ORDER BY e.position LIMIT ?',
  );
  const before = { position: 0, recordedAt: -Infinity, revisions: new Map<string, number>() };
  for (;;) {
    const rows: Row[] = page.all(before.position, PAGE_EVENTS);
    if (rows.length === 0) return { sound: true, events: before.position };
    for (const row of rows) {
      const [position, stream, revision, , , recordedAt] = row;
      const problem = problemOf(row, before);
      if (problem !== undefined) {
        return { sound: false, events: before.position, position: String(position), problem };
      }
      before.position = position;
      before.recordedAt = recordedAt;
      before.revisions.set(stream, revision);
    }
  }
}

type Before = { position: number; recordedAt: number; revisions: Map<string, number> };

function problemOf(row: Row, before: Before): string | undefined {
  const [position, stream, revision, , , , entry] = row;
  if (position !== before.position + 1) {
    return `it follows position ${before.position}, so events are missing between them`;
  }
  let event: LedgerEvent;
  try {
    event = decodeEntry(entry, { position: String(position), sequence: position - 1 });
  } catch (error) {
    return `its entry is not what the ledger writes: ${reasonOf(error)}`;
  }
  const disagreement = disagreementOf(row, event, before.recordedAt);
  if (disagreement !== undefined) return disagreement;
  const expected = (before.revisions.get(stream) ?? -1) + 1;
  if (revision !== expected) return `it has revision ${revision} where ${expected} is due`;
  return undefined;
}

/** The index columns beside the entry say the same as the entry. */
function disagreementOf(row: Row, event: LedgerEvent, latestBefore: number): string | undefined {
  const [, stream, revision, eventId, type, recordedAt] = row;
  const latest = Math.max(latestBefore, parseRecordedAt(event.metadata.recordedAt));
  const columns: [string, unknown, unknown][] = [
    ['stream', stream, event.stream],
    ['revision', revision, event.revision],
    ['event id', eventId, event.id.replaceAll('-', '')],
    ['type', type, event.type],
    ['recordedAt', formatRecordedAt(recordedAt), formatRecordedAt(latest)],
  ];
  const different = columns.find(([, column, entry]) => column !== entry);
  if (different === undefined) return undefined;
  const [name, column, entry] = different;
  return `its column ${name} says ${String(column)}, its entry ${String(entry)}`;
}

function checkHeads(database: Database, events: number): LogCheck | undefined {
  const row: [string, number, number | null] | undefined = prepareArrays(
    database,
    'SELECT name, revision, (SELECT max(e.revision) FROM events e WHERE e.stream_id = s.id) ' +
      'AS last FROM streams s WHERE revision IS NOT last LIMIT 1',
  ).get();
  if (row === undefined) return undefined;
  const [name, revision, last] = row;
  const problem = `the head of stream ${name} says revision ${revision}, its events ${last ?? 'none'}`;
  return { sound: false, events, position: String(events), problem };
}
