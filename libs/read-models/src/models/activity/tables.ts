import type { Database } from '@ledger/sqlite';
import { blockRows } from '../../tables/block-rows.js';
import { blockTable, BlockWriter } from '../../tables/block-writer.js';
import type { Model, ModelWriter, Taken, WriteMode } from '../model.js';
import { COMMAND_TABLES, commandRows, CommandWriter } from './command-index.js';

/**
 * What the list of all events is found by: the events of a stream, and the events of a command.
 * The events themselves stand in the segment cache, which the state hash of this model covers.
 * Groups of `activity_streams` are numbers of streams, its payloads are revisions.
 */
export const activity: Model<'activity'> = {
  name: 'activity',
  version: 2,
  layout: 2,
  tables: `
    ${blockTable('activity_streams')}
    ${COMMAND_TABLES}`,
  indexes: '',
  writer: (database, mode) => new ActivityWriter(database, mode),
  rows: (database) => [blockRows(database, 'activity_streams'), commandRows(database)],
};

class ActivityWriter implements ModelWriter {
  readonly #streams: BlockWriter;
  readonly #commands: CommandWriter;

  constructor(database: Database, mode: WriteMode) {
    this.#streams = new BlockWriter(database, 'activity_streams');
    this.#commands = new CommandWriter(database, mode);
  }

  take(events: Taken): void {
    const { slice, from, to, digest } = events;
    const { streams, revisions, marks } = slice.columns;
    const line = { key: 0, position: 0, payload: 0 };
    for (let index = from; index < to; index += 1) {
      events.index = index;
      line.position = slice.first + index;
      line.payload = revisions[index] ?? 0;
      this.#streams.add(streams[index] ?? 0, line);
      this.#commands.add(line.position, marks[index] ?? 0);
    }
    digest.replace(to - from, slice.segmentHash);
  }

  flush(): void {
    this.#streams.flush();
    this.#commands.flush();
  }
}
