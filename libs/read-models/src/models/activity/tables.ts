import type { Database } from '@ledger/sqlite';
import type { Fact } from '../../facts.js';
import { Numbering } from '../../tables/numbering.js';
import { Query } from '../../tables/query.js';
import { RowBuffer } from '../../tables/row-buffer.js';
import type { Model, ModelWriter } from '../model.js';
import { commandMark } from './command-mark.js';
import { ENTRY_BLOCKS_TABLE, EntryBlocks } from './entry-blocks.js';
import { instantOf } from './instant.js';

/**
 * One row an event, and beside it the entry as it stands in the log: whoever needs more than the
 * columns parses it when read, so that nothing is spelled again when written. `recorded_at`
 * (milliseconds) is the highest up to this event, so it never falls and can be searched by halves.
 * The index on `stream` also holds the position, which is the row's number.
 */
export const activity: Model = {
  name: 'activity',
  version: 1,
  tables: `
    CREATE TABLE activity_streams(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE activity(
      position INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, stream INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL, command INTEGER NOT NULL,
      block INTEGER NOT NULL, slice INTEGER NOT NULL
    ) STRICT;
    ${ENTRY_BLOCKS_TABLE}`,
  indexes: `
    CREATE INDEX activity_by_stream ON activity(stream);
    CREATE INDEX activity_by_command ON activity(command);`,
  writer: (database) => new ActivityWriter(database),
};

class ActivityWriter implements ModelWriter {
  readonly #streams: Numbering;
  readonly #rows: RowBuffer;
  readonly #blocks: EntryBlocks;
  #recordedAt: number;

  constructor(database: Database) {
    this.#streams = new Numbering(database, 'activity_streams', ['name']);
    this.#rows = new RowBuffer(database, 'activity', '(?,?,?,?,?,?,?)');
    this.#blocks = new EntryBlocks(database);
    const last = 'SELECT recorded_at FROM activity ORDER BY position DESC LIMIT 1';
    this.#recordedAt = new Query<[number]>(database, last).first()?.[0] ?? -Infinity;
  }

  take({ sequence, stream, entry, metadata }: Fact, position: number): void {
    this.#recordedAt = Math.max(this.#recordedAt, instantOf(metadata.recordedAt));
    const { block, slice } = this.#blocks.add(entry);
    this.#rows.add(
      position,
      sequence,
      this.#streams.of(stream),
      this.#recordedAt,
      commandMark(metadata.commandId),
      block,
      slice,
    );
  }

  flush(): void {
    this.#blocks.flush();
    this.#rows.flush();
  }
}
