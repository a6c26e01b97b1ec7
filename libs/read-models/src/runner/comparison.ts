import type { Text } from '@ledger/domain';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import { models, type ModelName } from '../models.js';
import { toPosition } from '../tables/positions.js';
import { ModelRows, stateHash, type ModelRow } from './checkpoint.js';
import { compareViews, type ModelComparison } from './compare.js';

/** One model before and after a rebuild, at the same position. `hash` is its state hash, hex. */
export type ModelVerdict = {
  name: ModelName;
  version: number;
  rows: number;
  hash: string;
  previous?: { version: number; rows: number; hash: string };
  verdict: 'equal' | 'explained';
};

/** How rebuilt views compare with those that they replaced; it is recorded in the log. */
export type Comparison = {
  /** Names the new database: eight hex digits. */
  build: string;
  trigger: RebuildTrigger;
  position: string;
  models: ModelVerdict[];
  explanation?: Text;
};

export type RebuildTrigger = 'boot' | 'operation' | 'commandLine';

/** The views in force as a rebuild found them: what it must arrive at, or explain. */
export type Predecessor = { file: string; position: number; rows: ModelRow[] };

/** Reads how the models of a database stand; undefined where it cannot be read as views of ours. */
export function readPredecessor(file: string): Predecessor | undefined {
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly: true });
    const rows = new ModelRows(database).read();
    const going = rows.filter(({ fault }) => fault === undefined);
    const position = Math.min(...(going.length > 0 ? going : rows).map((row) => row.position));
    return rows.length === 0 || position === 0 ? undefined : { file, position, rows };
  } catch (error) {
    // Damaged, or without such tables: there is nothing to compare with.
    if (isUnreadable(error)) return undefined;
    throw error;
  } finally {
    database?.close();
  }
}

/** Without our tables, damaged, not to be opened, or no database: nothing can be made of the file. */
export const isUnreadable = (error: unknown): boolean =>
  [1, 11, 14, 26].includes((sqliteErrorCode(error) ?? 0) & 0xff);

export type JudgeOptions = {
  /** How the new models stood at the predecessor's position. */
  reached: ModelRow[];
  database: string;
  build: string;
  trigger: RebuildTrigger;
  explanation?: Text;
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
};

/**
 * The equality gate: every model of the new views must hold what the old one held, row by row, up
 * to the position at which the old ones were met. A difference needs an explanation: another
 * version of the model, a model that was parked, or the words of whoever asked for the rebuild.
 * Rejects with `REBUILD_DIFFERS` when there is none.
 */
export async function judge(old: Predecessor, options: JudgeOptions): Promise<Comparison> {
  const { reached, build, trigger, explanation, signal, onProgress } = options;
  const readable = old.rows.filter(hasOurLayout);
  const [left, right] = [
    openDatabase(old.file, { readOnly: true }),
    openDatabase(options.database, { readOnly: true }),
  ];
  const compared: ModelComparison[] = [];
  try {
    // A parked model is compared up to where it stands: that it was parked excuses nothing before.
    for (const { name, position } of readable) {
      const upTo = Math.min(old.position, position);
      const only = [name];
      compared.push(
        ...(await compareViews(left, right, { upTo, only, ...(signal && { signal }) })),
      );
      onProgress?.({ done: compared.length, total: readable.length });
    }
  } finally {
    left.close();
    right.close();
  }
  const reasons: Text[] = explanation === undefined ? [] : [explanation];
  const verdicts = reached.map((row): ModelVerdict => {
    const before = old.rows.find(({ name }) => name === row.name);
    const difference = differenceOf(row, before, compared);
    const reason = difference === undefined ? undefined : reasonOf(row, before, difference);
    if (reason !== undefined) reasons.push(reason);
    else if (difference !== undefined && explanation === undefined) throw differs(row, difference);
    return {
      ...standing(row),
      name: row.name,
      ...(before !== undefined && { previous: standing(before) }),
      verdict: difference === undefined ? 'equal' : 'explained',
    };
  });
  const said = joined(reasons);
  return {
    build,
    trigger,
    position: toPosition(old.position),
    models: verdicts,
    ...(said !== undefined && { explanation: said }),
  };
}

/**
 * The last look before the swap, while nobody writes to the old views: up to where they were met all
 * was compared, and both went on since. Throws `REBUILD_DIFFERS` when a new model stands still where
 * the old one went on, or when the two are of one version, at one position, and not the same.
 */
export function judgeSwap(
  old: readonly ModelRow[],
  fresh: readonly ModelRow[],
  comparison: Comparison,
  isExplained: boolean,
): void {
  for (const row of isExplained ? [] : fresh) {
    const before = old.find(({ name }) => name === row.name);
    if (before === undefined || before.fault !== undefined) continue;
    if (row.fault !== undefined) {
      const { position } = row.fault;
      throw differs(row, { at: position, text: `it cannot take in the event at ${position}` });
    }
    const { verdict } = comparison.models.find(({ name }) => name === row.name) ?? {};
    const isComparable = before.version === row.version && before.position === row.position;
    if (verdict !== 'equal' || !isComparable || stateHash(before) === stateHash(row)) continue;
    throw differs(row, { text: 'it took in the events since in another way' });
  }
}

const standing = (row: ModelRow) => ({
  version: row.version,
  rows: row.digest.rows,
  hash: stateHash(row),
});

const hasOurLayout = ({ name, layout }: ModelRow): boolean =>
  models.find((model) => model.name === name)?.layout === layout;

type Difference = { at?: number; text: string };

function differenceOf(
  row: ModelRow,
  before: ModelRow | undefined,
  compared: readonly ModelComparison[],
): Difference | undefined {
  if (before === undefined) return { text: 'there was no such model' };
  const found = compared.find(({ name }) => name === row.name);
  if (found?.differsAt !== undefined) {
    const { differsAt: at, rows, otherRows } = found;
    return { at, text: `${rows} rows became ${otherRows}, first at the event at position ${at}` };
  }
  if (row.fault !== undefined && before.fault === undefined) {
    return { at: row.fault.position, text: `it cannot take in the event at ${row.fault.position}` };
  }
  const [was, is] = [standing(before), standing(row)];
  if (was.hash === is.hash && was.rows === is.rows) return undefined;
  return was.version === is.version
    ? { text: `its state hash was ${was.hash} and became ${is.hash}` }
    : { text: `version ${was.version} became ${is.version}` };
}

/** What explains a difference by itself. A version that fails where another did not never does. */
function reasonOf(
  row: ModelRow,
  before: ModelRow | undefined,
  { at }: Difference,
): Text | undefined {
  if (before === undefined) {
    return { zh: `新增读模型 ${row.name}`, en: `the read model ${row.name} is new` };
  }
  if (row.fault !== undefined && before.fault === undefined) return undefined;
  if (before.version !== row.version || before.layout !== row.layout) {
    return {
      zh: `读模型 ${row.name} 由版本 ${before.version} 改为 ${row.version}`,
      en: `the read model ${row.name} went from version ${before.version} to ${row.version}`,
    };
  }
  if (before.fault !== undefined && at === undefined) {
    return {
      zh: `读模型 ${row.name} 此前停在第 ${before.fault.position} 笔`,
      en: `the read model ${row.name} was parked at position ${before.fault.position}`,
    };
  }
  return undefined;
}

function joined(reasons: readonly Text[]): Text | undefined {
  if (reasons.length === 0) return undefined;
  return {
    zh: reasons.map(({ zh }) => zh).join('；'),
    en: reasons.map(({ en }) => en).join('; '),
  };
}

function differs({ name }: ModelRow, { at, text }: Difference): ProjectionFault {
  return new ProjectionFault(
    'REBUILD_DIFFERS',
    `The rebuilt read model "${name}" differs from the one in force: ${text}. The old views stay ` +
      'in force. Find out why (`ledger verify-views` compares them with the log); to put the ' +
      'rebuilt ones in force all the same, rebuild again with an explanation.',
    { model: name, ...(at !== undefined && { position: toPosition(at) }) },
  );
}
