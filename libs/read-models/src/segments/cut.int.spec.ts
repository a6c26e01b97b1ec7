import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, prepareArrays } from '@ledger/sqlite';
import fc from 'fast-check';
import { asFact, type Fact } from '../facts.js';
import {
  asOf,
  landReform,
  Ledger,
  reported,
  signed,
  squareMetres,
  taskForce,
  vacated,
} from '../fixtures.js';
import { cutCache } from './cut.js';
import { completeCache } from './layout.js';
import { SegmentCache } from './segment-cache.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`cut segment caches: FC_SEED=${seed}`);

const EVENTS = 600;
const TABLES = ['segments', 'segment_entries', 'types', 'streams', 'series', 'time_keys'];

describe('a segment cache that is cut back', () => {
  let folder: string;
  let facts: Fact[];
  beforeAll(async () => {
    const ledger = new Ledger();
    await ledger.sayAll([vacated, signed]);
    // Streams, types and times of the statements appear all along.
    for (let day = 2; day < EVENTS - 2; day += 1) {
      const on = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
      const { metric } = day > 400 ? signed.data : vacated.data;
      const value = squareMetres(String(day), `${day}平方米`);
      await ledger.say(reported(metric, asOf(on), value, day > 500 ? { year: '2021' } : {}));
    }
    await ledger.sayAll([landReform, taskForce]);
    facts = (await ledger.log.readAll({ after: '0', limit: EVENTS })).map(asFact);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-cut-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  let files = 0;
  const filled = (upTo: number): string => {
    files += 1;
    const file = join(folder, `segments-${files}`);
    const cache = SegmentCache.create(file);
    cache.append(facts.slice(0, upTo));
    cache.close();
    completeCache(file);
    return file;
  };
  const tablesOf = (file: string): unknown[] => {
    const database = openDatabase(file, { readOnly: true });
    const rows = TABLES.map((table) => prepareArrays(database, `SELECT * FROM ${table}`).all());
    database.close();
    const spelled = (value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
    return rows.map((ofTable) => ofTable.map((row) => Object.values(row).map(spelled).join()));
  };
  /** Both must tell the same, and go on alike. */
  const expectCut = (from: number, position: number): void => {
    const file = filled(from);

    cutCache(file, position);

    expect(tablesOf(file)).toEqual(tablesOf(filled(position)));
    const cache = SegmentCache.open(file);
    expect(cache.end).toBe(position);
    cache.append(facts.slice(position));
    cache.close();
    expect(tablesOf(file)).toEqual(tablesOf(filled(EVENTS)));
  };

  it.each([0, 1, 15, 16, 17, 255, 256, 257, 401, 512, 598, 599, 600])(
    'to %d holds what one holds that ends there',
    (position) => expectCut(EVENTS, position),
  );

  it('holds that wherever it ended before', () => {
    const ends = fc.nat({ max: EVENTS }).chain((from) => fc.tuple(fc.constant(from), fc.nat(from)));
    fc.assert(
      fc.property(ends, ([from, position]) => expectCut(from, position)),
      { seed, numRuns: 12 },
    );
  });

  it('is not made longer, and not of altered entries', () => {
    const file = filled(300);
    const unusable = { code: 'SEGMENTS_UNUSABLE' };
    expect(() => cutCache(file, 301)).toThrow(expect.objectContaining(unusable));
    const database = openDatabase(file);
    const altered = `CAST(replace(CAST(entries AS TEXT), 'command-27', 'command-72') AS BLOB)`;
    database.exec(`UPDATE segment_entries SET entries = ${altered} WHERE block = 17`);
    database.close();

    expect(() => cutCache(file, 290)).toThrow(expect.objectContaining(unusable));
  });
});
