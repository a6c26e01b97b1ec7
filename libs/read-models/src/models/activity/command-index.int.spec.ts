import { openDatabase, type Database } from '@ledger/sqlite';
import type { WriteMode } from '../model.js';
import { COMMAND_TABLES, CommandReader, commandRows, CommandWriter } from './command-index.js';

const ERA = 65_536;
/** A mark for each event, without order; every seventh event shares that of the one before. */
const markOf = (position: number): number =>
  Math.imul(position - (position % 7 === 0 ? 1 : 0), 2_654_435);

function written(upTo: number, mode: WriteMode, flushAfter: number): Database {
  const database = openDatabase(':memory:');
  database.exec(COMMAND_TABLES);
  let writer = new CommandWriter(database, mode);
  for (let position = 1; position <= upTo; position += 1) {
    writer.add(position, markOf(position));
    if (mode === 'load' || position % flushAfter !== 0) continue;
    writer.flush();
    writer = new CommandWriter(database, mode);
  }
  writer.flush();
  return database;
}

describe('the index of commands', () => {
  it.each([ERA - 1, ERA, ERA + 1, 2 * ERA + 5])(
    'holds the same rows at %d events, loaded or live, and finds every event',
    (events) => {
      const [loaded, live] = [written(events, 'load', 0), written(events, 'live', 9_973)];

      const rows = [...commandRows(loaded)];
      expect(rows).toHaveLength(events);
      expect(rows).toEqual([...commandRows(live)]);
      expect(rows.map(({ text }) => text)).toEqual(rows.map(({ text }) => text).sort());
      for (const database of [loaded, live]) {
        const reader = new CommandReader(database);
        for (const position of [1, 6, 7, 1_000, ERA - 1, ERA, events]) {
          if (position > events) continue;
          expect(reader.positionsOf(markOf(position))).toContain(position);
        }
        expect(reader.positionsOf(markOf(7))).toEqual([6, 7]);
      }
      loaded.close();
      live.close();
    },
  );

  it('shows the same rows before and after an era has ended', () => {
    const [before, after] = [written(ERA - 1, 'live', 5_000), written(ERA + 100, 'load', 0)];
    const known = [...commandRows(after)].filter(({ position }) => position < ERA);

    expect([...commandRows(before)]).toEqual(known);
    before.close();
    after.close();
  });
});
