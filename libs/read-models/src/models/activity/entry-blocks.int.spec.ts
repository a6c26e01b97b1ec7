import fc from 'fast-check';
import { openDatabase, type Database } from '@ledger/sqlite';
import { Query } from '../../tables/query.js';
import {
  ENTRY_BLOCKS_TABLE,
  ENTRY_OF_SLICE,
  EntryBlocks,
  type EntryPlace,
} from './entry-blocks.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`entry-blocks: FC_SEED=${seed}`);

/** Entries of all sizes up to the limit of 65,535 bytes, in Chinese and Latin letters. */
const entry = fc
  .record({
    letter: fc.constantFrom('a', 'é', '万', '𠮷'),
    bytes: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 2, max: 2_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 16_400 }) },
      { weight: 1, arbitrary: fc.integer({ min: 16_400, max: 65_535 }) },
    ),
  })
  .map(({ letter, bytes }) => {
    const times = Math.floor((bytes - 1) / Buffer.byteLength(letter));
    return `x${letter.repeat(times)}`;
  });

function empty(): Database {
  const database = openDatabase(':memory:');
  database.exec(ENTRY_BLOCKS_TABLE);
  return database;
}

const blocksOf = (database: Database) =>
  new Query<[number, Uint8Array]>(database, 'SELECT block, entries FROM activity_blocks').all();

function read(database: Database, { block, slice }: EntryPlace): string | undefined {
  const sql = `SELECT ${ENTRY_OF_SLICE} FROM (SELECT ? AS slice), activity_blocks WHERE block = ?`;
  return new Query<[string]>(database, sql).first(slice, block)?.[0];
}

describe('blocks of entries', () => {
  it('give every entry back, and are the same however often writing was interrupted', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.nat({ max: 9 }), (entries, restart) => {
        const [inOneGo, interrupted] = [empty(), empty()];
        const whole = new EntryBlocks(inOneGo);
        let parts = new EntryBlocks(interrupted);

        const places = entries.map((one, turn) => {
          if (restart > 0 && turn % restart === 0) {
            parts.flush();
            parts = new EntryBlocks(interrupted);
          }
          const place = whole.add(one);
          expect(parts.add(one)).toEqual(place);
          return place;
        });
        whole.flush();
        parts.flush();

        expect(places.map((place) => read(inOneGo, place) ?? '')).toEqual(entries);
        expect(blocksOf(interrupted)).toEqual(blocksOf(inOneGo));
        inOneGo.close();
        interrupted.close();
      }),
      { seed, numRuns: 60 },
    );
  });

  it('fill a page of the views file and no more', () => {
    const database = empty();
    const blocks = new EntryBlocks(database);
    for (let turn = 0; turn < 100; turn += 1) blocks.add('万'.repeat(300));
    blocks.flush();
    const sizes = blocksOf(database).map(([, { length }]) => length);

    expect(sizes).toEqual([16_200, 16_200, 16_200, 16_200, 16_200, 9_000]);
    database.close();
  });
});
