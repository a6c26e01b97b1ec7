import type { Database } from '@ledger/sqlite';
import type { StoredRow } from '../models/model.js';
import { LINE, lineAt, linesIn } from './block-layout.js';
import { BlockReader } from './block-reader.js';

/** Every line of a block index as rows, sorted; where blocks end does not show. */
export function* blockRows(database: Database, table: string): Generator<StoredRow> {
  for (const { group, lines } of new BlockReader(database, table).blocks()) {
    const prefix = String(group).padStart(10, '0');
    for (let at = 0; at < linesIn(lines); at += 1) {
      const text = `${prefix} ${lines.slice(at * LINE, (at + 1) * LINE - 1)}`;
      yield { text, position: lineAt(lines, at).position };
    }
  }
}
