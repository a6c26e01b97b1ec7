import type { Database } from '@ledger/sqlite';
import { BLOCK_LINES, LINE, lineAt, linesIn, writeLine, type Line } from './block-layout.js';
import { Query } from './query.js';

/** Open blocks held in memory, about 2 KB each; beyond it all are written and given up. */
const OPEN_BLOCKS = 8_192;

/**
 * The table of a block index: for each group its lines in order, in blocks of up to 64. A block is
 * found by its first line. Rows of 64 lines cost a rebuild a tenth of 64 rows.
 */
export const blockTable = (name: string): string => `
  CREATE TABLE ${name}(
    group_number INTEGER NOT NULL, first_key INTEGER NOT NULL, first_position INTEGER NOT NULL,
    lines TEXT NOT NULL, PRIMARY KEY(group_number, first_key, first_position)
  ) STRICT, WITHOUT ROWID;`;

type Start = { key: number; position: number };
type Row = [firstKey: number, firstPosition: number, lines: string];

const INSERTED = Buffer.alloc(LINE);

/** The last block of a group, as it grows. `stored` is the key of its row, where it has one. */
class OpenBlock {
  readonly bytes = Buffer.alloc(BLOCK_LINES * LINE);
  lines = 0;
  isWritten = true;
  stored: Start | undefined;
  /** Of the first and last line, so that most lines find their place without reading bytes. */
  first: Start = { key: 0, position: 0 };
  lastKey = -1;
  lastPosition = -1;

  fill(text: string): void {
    this.bytes.write(text, 'latin1');
    this.lines = linesIn(text);
    const [first, last] = [lineAt(text, 0), lineAt(text, this.lines - 1)];
    this.first = { key: first.key, position: first.position };
    this.lastKey = last.key;
    this.lastPosition = last.position;
  }

  /** Puts a line in its place before the last one. Late lines are mostly not very late. */
  insert(line: Line): void {
    const { bytes } = this;
    writeLine(INSERTED, 0, line);
    let at = this.lines;
    while (at > 0 && INSERTED.compare(bytes, (at - 1) * LINE, at * LINE) < 0) at -= 1;
    bytes.copyWithin((at + 1) * LINE, at * LINE, this.lines * LINE);
    bytes.set(INSERTED, at * LINE);
    this.lines += 1;
    if (at === 0) this.first = { key: line.key, position: line.position };
  }

  get text(): string {
    return this.bytes.toString('latin1', 0, this.lines * LINE);
  }
}

/**
 * Adds lines to a block index, inside the transactions of its caller. Lines mostly come at the end
 * of their group, which is kept open in memory; any other place works and costs a read. Lines are
 * in the table only after `flush`. Where blocks end depends on how lines came; what they hold does
 * not.
 */
export class BlockWriter {
  readonly #open = new Map<number, OpenBlock>();
  readonly #last: Query<Row>;
  readonly #before: Query<Row>;
  readonly #earliest: Query<Row>;
  readonly #put: Query<[]>;
  readonly #replace: Query<[]>;
  readonly #remove: Query<[]>;

  constructor(database: Database, table: string) {
    const rows = `SELECT first_key, first_position, lines FROM ${table} WHERE group_number = ?`;
    const downwards = 'ORDER BY first_key DESC, first_position DESC LIMIT 1';
    this.#last = new Query(database, `${rows} ${downwards}`);
    this.#before = new Query(
      database,
      `${rows} AND (first_key, first_position) <= (?, ?) ${downwards}`,
    );
    this.#earliest = new Query(database, `${rows} ORDER BY first_key, first_position LIMIT 1`);
    this.#put = new Query(database, `INSERT INTO ${table} VALUES (?,?,?,?)`);
    this.#replace = new Query(
      database,
      `UPDATE ${table} SET lines = ?
       WHERE group_number = ? AND first_key = ? AND first_position = ?`,
    );
    this.#remove = new Query(
      database,
      `DELETE FROM ${table} WHERE group_number = ? AND first_key = ? AND first_position = ?`,
    );
  }

  add(group: number, line: Line): void {
    const block = this.#open.get(group) ?? this.#openLast(group);
    const { key, position } = line;
    if (key > block.lastKey || (key === block.lastKey && position > block.lastPosition)) {
      this.#append(group, block, line);
    } else if (
      key > block.first.key ||
      (key === block.first.key && position > block.first.position)
    ) {
      this.#insert(group, block, line);
    } else {
      this.#insertEarlier(group, block, line);
    }
  }

  flush(): void {
    for (const [group, block] of this.#open) this.#write(group, block);
    if (this.#open.size > OPEN_BLOCKS) this.#open.clear();
  }

  #openLast(group: number): OpenBlock {
    if (this.#open.size > OPEN_BLOCKS) this.flush();
    const block = new OpenBlock();
    const row = this.#last.first(group);
    if (row !== undefined) {
      block.fill(row[2]);
      block.stored = { key: row[0], position: row[1] };
    }
    this.#open.set(group, block);
    return block;
  }

  #append(group: number, block: OpenBlock, line: Line): void {
    if (block.lines === BLOCK_LINES) {
      this.#write(group, block);
      block.lines = 0;
      block.stored = undefined;
    }
    if (block.lines === 0) block.first = { key: line.key, position: line.position };
    writeLine(block.bytes, block.lines * LINE, line);
    block.lines += 1;
    block.lastKey = line.key;
    block.lastPosition = line.position;
    block.isWritten = false;
  }

  /** Before the last line of the open block. */
  #insert(group: number, block: OpenBlock, line: Line): void {
    if (block.lines === BLOCK_LINES) {
      const [left, right] = halves(block.text);
      block.fill(left);
      block.isWritten = false;
      this.#write(group, block);
      const { key, position } = lineAt(right, 0);
      // The left half is a block of its own now, which later lines find in the table.
      if (line.key < key || (line.key === key && line.position < position)) {
        block.stored = undefined;
        block.fill(right);
        block.isWritten = false;
        this.#insertEarlier(group, block, line);
        return;
      }
      block.stored = undefined;
      block.fill(right);
    }
    block.insert(line);
    block.isWritten = false;
  }

  /** Before the first line of the open block: into the block that it falls in, or the first one. */
  #insertEarlier(group: number, open: OpenBlock, line: Line): void {
    const row = this.#before.first(group, line.key, line.position) ?? this.#earliest.first(group);
    const isOpen =
      row === undefined || (row[0] === open.stored?.key && row[1] === open.stored.position);
    if (isOpen) {
      this.#insert(group, open, line);
      return;
    }
    const [key, position, text] = row;
    const lines = withLine(text, line);
    this.#remove.run(group, key, position);
    const parts = linesIn(lines) > BLOCK_LINES ? halves(lines) : [lines];
    for (const part of parts) {
      const first = lineAt(part, 0);
      this.#put.run(group, first.key, first.position, part);
    }
  }

  #write(group: number, block: OpenBlock): void {
    if (block.isWritten) return;
    const { first, stored } = block;
    if (stored?.key === first.key && stored.position === first.position) {
      this.#replace.run(block.text, group, first.key, first.position);
    } else {
      if (stored !== undefined) this.#remove.run(group, stored.key, stored.position);
      this.#put.run(group, first.key, first.position, block.text);
    }
    block.stored = { ...first };
    block.isWritten = true;
  }
}

function withLine(text: string, line: Line): string {
  const bytes = Buffer.alloc(LINE);
  writeLine(bytes, 0, line);
  const added = bytes.toString('latin1');
  let [from, to] = [0, linesIn(text)];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (text.slice(middle * LINE, (middle + 1) * LINE) < added) from = middle + 1;
    else to = middle;
  }
  return text.slice(0, from * LINE) + added + text.slice(from * LINE);
}

function halves(text: string): [string, string] {
  const middle = (linesIn(text) >>> 1) * LINE;
  return [text.slice(0, middle), text.slice(middle)];
}
