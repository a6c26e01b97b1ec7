import { openDatabase, type Database } from '@ledger/sqlite';
import fc from 'fast-check';
import { lineAt, LAST_POSITION, linesIn, writeLine, LINE, type Line } from './block-layout.js';
import { BlockReader } from './block-reader.js';
import { blockRows } from './block-rows.js';
import { blockTable, BlockWriter } from './block-writer.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`block index properties: FC_SEED=${seed}`);

/** Few keys and groups, so that lines of one day, splits and late lines are common. */
const arbitraryLine = fc.record({
  group: fc.integer({ min: 1, max: 3 }),
  key: fc.integer({ min: 0, max: 12 }),
  payload: fc.nat({ max: 99_999_999 }),
});
const arbitraryLines = fc.array(arbitraryLine, { maxLength: 600 });
/** After how many lines there is a flush, and after how many a writer begins anew. */
const arbitraryPauses = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });

type Grouped = Line & { group: number };

/** Positions rise as lines come, as they do in a log. */
const placed = (lines: Omit<Grouped, 'position'>[]): Grouped[] =>
  lines.map((line, index) => ({ ...line, position: index + 1 }));

function written(lines: Grouped[], pauses: number[]): Database {
  const database = openDatabase(':memory:');
  database.exec(blockTable('lines'));
  let writer = new BlockWriter(database, 'lines');
  let next = 0;
  for (const [index, { group, ...line }] of lines.entries()) {
    writer.add(group, line);
    const pause = pauses[next % pauses.length] ?? 1;
    if (index % pause !== pause - 1) continue;
    writer.flush();
    if (next % 2 === 0) writer = new BlockWriter(database, 'lines');
    next += 1;
  }
  writer.flush();
  return database;
}

const inOrder = (a: Line, b: Line): number => a.key - b.key || a.position - b.position;
const linesOf = (lines: Grouped[], group: number): Line[] =>
  lines
    .filter((line) => line.group === group)
    .map(({ key, position, payload }) => ({ key, position, payload }))
    .sort(inOrder);

describe('a block index', () => {
  it('answers as a sorted list does, however its lines came', () => {
    fc.assert(
      fc.property(arbitraryLines, arbitraryPauses, (given, pauses) => {
        const lines = placed(given);
        const database = written(lines, pauses);
        const reader = new BlockReader(database, 'lines');
        for (const group of [1, 2, 3, 4]) {
          const sorted = linesOf(lines, group);
          expect([...reader.range(group, 0, 99)]).toEqual(sorted);
          expect([...reader.range(group, 3, 7)]).toEqual(
            sorted.filter(({ key }) => key >= 3 && key <= 7),
          );
          for (const [key, position] of [
            [0, 0],
            [5, 300],
            [12, 600],
            [6, 0],
            [11, 9_999],
          ] as const) {
            const upTo = sorted.filter((line) => inOrder(line, { key, position, payload: 0 }) <= 0);
            expect(reader.last(group, key, position)).toEqual(upTo.at(-1));
            expect([...reader.backwards(group, key, position)]).toEqual(upTo.reverse());
          }
        }
        database.close();
      }),
      { seed, numRuns: 60 },
    );
  });

  it('holds the same rows, wherever its blocks end', () => {
    fc.assert(
      fc.property(arbitraryLines, arbitraryPauses, arbitraryPauses, (given, some, others) => {
        const lines = placed(given);
        const [one, other] = [written(lines, some), written(lines, others)];

        const rows = [...blockRows(one, 'lines')];

        expect(rows).toEqual([...blockRows(other, 'lines')]);
        expect(rows.map(({ text }) => text)).toEqual(rows.map(({ text }) => text).sort());
        expect(rows).toHaveLength(lines.length);
        one.close();
        other.close();
      }),
      { seed, numRuns: 60 },
    );
  });

  it('spells numbers of fixed width, and refuses those that have none', () => {
    const bytes = Buffer.alloc(LINE);
    const line = { key: 20_210_826, position: 681_000, payload: 7 };
    writeLine(bytes, 0, line);
    const text = bytes.toString('latin1');

    expect(text).toBe('20210826 000000681000 00000007\n');
    expect([linesIn(text), lineAt(text, 0)]).toEqual([1, line]);
    for (const wrong of [-1, 1.5, LAST_POSITION + 1, Number.NaN, Infinity]) {
      expect(() => writeLine(bytes, 0, { ...line, position: wrong })).toThrow(RangeError);
    }
  });
});
