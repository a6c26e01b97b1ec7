import { openDatabase, type Database } from '@ledger/sqlite';
import { Query } from '../tables/query.js';
import { columnsOn, DICTIONARIES, firstPositionOf, type Columns } from '../segments/slice.js';

const COLUMNS = [
  'recordedAt',
  'streams',
  'revisions',
  'marks',
  'series',
  'days',
  'timeKeys',
  'types',
] as const satisfies (keyof Columns)[];

type SegmentRow = [segment: number, columns: Uint8Array];

/**
 * The first event of which a segment cache says anything else than one that was just made from the
 * log: by its columns, or by a name that they give the number of. Undefined when there is none. The
 * cache at hand may hold more than the other one.
 */
export function firstMisnamed(file: string, expectedFile: string): number | undefined {
  const [found, expected] = [
    openDatabase(file, { readOnly: true }),
    openDatabase(expectedFile, { readOnly: true }),
  ];
  try {
    const misnamed = wrongNames(found, expected);
    const one = new Query<[columns: Uint8Array]>(
      found,
      'SELECT columns FROM segments WHERE segment = ?',
    );
    for (const [segment, bytes] of segmentsOf(expected)) {
      const row = one.first(segment);
      const index = firstWrong(columnsOn(bytes), row && columnsOn(row[0]), misnamed);
      if (index !== undefined) return firstPositionOf(segment) + index;
    }
    return undefined;
  } finally {
    found.close();
    expected.close();
  }
}

type Misnamed = {
  column: (typeof DICTIONARIES)[keyof typeof DICTIONARIES];
  numbers: Set<number>;
}[];

function wrongNames(found: Database, expected: Database): Misnamed {
  return Object.entries(DICTIONARIES).map(([table, column]) => {
    const rows = `SELECT * FROM ${table} ORDER BY number`;
    const spelled = (database: Database): Map<number, string> =>
      new Map(
        new Query<[number, string]>(database, rows)
          .all()
          .map(([number, ...name]) => [number, JSON.stringify(name)]),
      );
    const names = spelled(found);
    const numbers = [...spelled(expected)].flatMap(([number, name]) =>
      names.get(number) === name ? [] : [number],
    );
    return { column, numbers: new Set(numbers) };
  });
}

function* segmentsOf(database: Database): Generator<SegmentRow> {
  const next = new Query<SegmentRow>(
    database,
    'SELECT segment, columns FROM segments WHERE segment > ? ORDER BY segment LIMIT 16',
  );
  for (let after = -1; ;) {
    const rows = next.all(after);
    for (const row of rows) {
      [after] = row;
      yield row;
    }
    if (rows.length < 16) return;
  }
}

function firstWrong(
  expected: Columns,
  found: Columns | undefined,
  misnamed: Misnamed,
): number | undefined {
  const events = expected.recordedAt.length;
  for (let index = 0; index < events; index += 1) {
    const differs = COLUMNS.some((column) => found?.[column][index] !== expected[column][index]);
    if (differs) return index;
    const isMisnamed = misnamed.some(({ column, numbers }) => {
      return numbers.size > 0 && numbers.has(expected[column][index] ?? 0);
    });
    if (isMisnamed) return index;
  }
  return undefined;
}
