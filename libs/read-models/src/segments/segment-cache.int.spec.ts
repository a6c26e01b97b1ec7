import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ledger/sqlite';
import fc from 'fast-check';
import { asFact, type Fact } from '../facts.js';
import { asOf, Ledger, reported, signed, squareMetres, vacated } from '../fixtures.js';
import { completeCache } from './layout.js';
import { SegmentCache } from './segment-cache.js';
import { SegmentReader } from './segment-reader.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`segment cache properties: FC_SEED=${seed}`);

const EVENTS = 700;

describe('a segment cache', () => {
  let folder: string;
  let facts: Fact[];
  beforeAll(async () => {
    const ledger = new Ledger();
    await ledger.sayAll([vacated, signed]);
    for (let day = 2; day < EVENTS; day += 1) {
      const { metric } = day % 3 === 0 ? signed.data : vacated.data;
      const value = squareMetres(String(day), `${day}平方米`);
      const on = new Date(Date.UTC(2020, 0, 1 + (day % 400))).toISOString().slice(0, 10);
      // Some entries are as long as two hundred others.
      const note = day % 97 === 0 ? { reason: '很长的说明'.repeat(2_000) } : {};
      await ledger.say(reported(metric, asOf(on), value), note);
    }
    facts = (await ledger.log.readAll({ after: '0', limit: EVENTS })).map(asFact);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-segments-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  let files = 0;
  const filled = (upTo: number, batches: number[] = [upTo]): string => {
    files += 1;
    const file = join(folder, `segments-${files}`);
    const cache = SegmentCache.create(file);
    for (let turn = 0; cache.end < upTo; turn += 1) {
      const batch = Math.min(batches[turn % batches.length] ?? 1, upTo - cache.end);
      cache.append(facts.slice(cache.end, cache.end + batch));
    }
    cache.close();
    completeCache(file);
    return file;
  };
  const contentOf = (file: string): unknown[] => {
    const cache = SegmentCache.open(file);
    const slices = [...cache.slices(0)].map(({ first, columns, segmentHash }) => [
      first,
      columns,
      Buffer.from(segmentHash).toString('hex'),
    ]);
    const { end } = cache;
    cache.close();
    const reader = new SegmentReader(file);
    const entries = Array.from({ length: end + 1 }, (_, index) => reader.entryAt(index + 1));
    reader.close();
    return [slices, entries];
  };

  it('holds the same, whatever the batches were', () => {
    const whole = contentOf(filled(EVENTS));
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, (batches) => {
        expect(contentOf(filled(EVENTS, batches))).toEqual(whole);
      }),
      { seed, numRuns: 15 },
    );
  });

  it('holds the same, whoever of several writers was first', () => {
    const turns = fc.array(
      fc.record({ writer: fc.nat({ max: 2 }), events: fc.integer({ min: 1, max: 90 }) }),
      { minLength: 5, maxLength: 40 },
    );
    fc.assert(
      fc.property(turns, (taken) => {
        const file = filled(200);
        const writers = [0, 1, 2].map(() => SegmentCache.open(file));
        // Each writer has its own place in the log: it goes on from where it was itself.
        const places = [200, 200, 200];
        for (const { writer, events } of taken) {
          const from = places[writer] ?? 0;
          const slices = writers[writer]?.append(facts.slice(from, from + events)) ?? [];
          places[writer] = Math.min(EVENTS, from + events);
          const told = slices.reduce((sum, slice) => sum + slice.events, 0);
          expect(told).toBe((places[writer] ?? 0) - from);
        }
        for (const writer of writers) writer.close();
        expect(contentOf(file)).toEqual(contentOf(filled(Math.max(...places))));
      }),
      { seed, numRuns: 15 },
    );
  });

  it('binds each segment to the entries as NDJSON, which any tool can hash', () => {
    const file = filled(EVENTS);
    const database = openDatabase(file, { readOnly: true });
    const rows = database.prepare('SELECT entries FROM segment_entries ORDER BY block').all();
    const lines = Buffer.concat(
      rows.flatMap((row) =>
        'entries' in row && row.entries instanceof Uint8Array ? [row.entries] : [],
      ),
    ).toString();
    const cache = SegmentCache.open(file);

    expect(lines).toBe(facts.map(({ entry }) => `${entry}\n`).join(''));
    const first = createHash('sha256');
    for (const { entry } of facts.slice(0, 256)) first.update(`${entry}\n`);
    expect(Buffer.from(cache.segmentHash(0) ?? []).toString('hex')).toBe(first.digest('hex'));
    cache.close();
    database.close();
  });

  it('gives a part of what it holds, with the hash of the segment up to there', () => {
    const cache = SegmentCache.open(filled(EVENTS));
    const shorter = SegmentCache.open(filled(300));
    const upTo = [...cache.slices(0, 300)];
    const whole = [...shorter.slices(0)];

    expect(upTo.map(({ segmentHash }) => segmentHash)).toEqual(
      whole.map(({ segmentHash }) => segmentHash),
    );
    expect(upTo.map(({ columns }) => columns)).toEqual(whole.map(({ columns }) => columns));
    expect([...cache.slices(300)].map(({ first, events }) => [first, events])).toEqual([
      [301, 212],
      [513, EVENTS - 512],
    ]);
    cache.close();
    shorter.close();
  });

  it('keeps nothing of what cannot be appended, and goes on afterwards', () => {
    const file = filled(200);
    const cache = SegmentCache.open(file);
    const unseen = facts[200];
    if (unseen === undefined) throw new Error('There are too few events.');
    const spoilt: Fact = { ...unseen, stream: 'metric-never-heard-of', revision: Number.NaN };
    const broken = { ...spoilt, metadata: { ...spoilt.metadata, commandId: undefined } };

    expect(() => cache.append([spoilt, broken as unknown as Fact])).toThrow(TypeError);
    expect(() => cache.append(facts.slice(300, 310))).toThrow(/does not follow/);
    cache.append(facts.slice(200, EVENTS));
    cache.close();

    expect(contentOf(file)).toEqual(contentOf(filled(EVENTS)));
  });

  it('is not opened before it was filled, nor by another version, nor when it is something else', () => {
    const file = join(folder, 'unfinished');
    const unfinished = SegmentCache.create(file);
    unfinished.append(facts.slice(0, 10));
    unfinished.close();
    const other = filled(10);
    const database = openDatabase(other);
    database.exec('UPDATE segments_layout SET version = 999');
    database.close();

    expect(() => SegmentCache.open(file)).toThrow(/never filled/);
    expect(() => SegmentCache.open(other)).toThrow(/another layout/);
    expect(() => SegmentCache.open(join(folder, 'none'))).toThrow();
  });
});
