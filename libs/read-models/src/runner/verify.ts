import type { EventLogReader, LedgerEvent } from '@ledger/event-log';
import { openDatabase } from '@ledger/sqlite';
import { ProjectionFault } from '../fault.js';
import type { ModelName } from '../models.js';
import { SegmentReader } from '../segments/segment-reader.js';
import { toPosition } from '../tables/positions.js';
import { ModelRows, PlaceRow, stateHash, type ModelRow } from './checkpoint.js';
import { compareViews, type ModelComparison } from './compare.js';
import { besides, databaseInForce } from './place.js';
import { withRefolded, type Refolded } from './refold.js';
import { firstMisnamed } from './verify-cache.js';
import type { Progress } from './replay.js';

/** The event whose rows are not what the log makes of it. */
export type Divergence = {
  position: string;
  eventId: string;
  type: string;
  stream: string;
  /**
   * What differs: rows of the model, the event as the views hold it, what the segment cache calls it
   * (its stream, series, time or type), or the state hash alone.
   */
  what: 'rows' | 'event' | 'names' | 'hash';
};

export type ModelVerification = {
  name: ModelName;
  version: number;
  position: string;
  rows: number;
  /** What the views say that their state hash is, and what the log makes it. */
  hash: string;
  expectedRows: number;
  expectedHash: string;
  equal: boolean;
  firstDivergence?: Divergence;
};

export type ViewsVerification = { position: string; equal: boolean; models: ModelVerification[] };

export type VerifyOptions = {
  log: EventLogReader;
  viewsFile: string;
  /** A folder of its own, which is made, and removed at the end. */
  folder: string;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
};

/**
 * Folds the log anew, trusting nothing that was derived from it, and compares the views in force
 * with what comes out: every row of every model, every event as the views hold it, and the state
 * hashes. Reads beside a live projector: what it adds meanwhile is not looked at. Throws
 * `VIEWS_MISSING`.
 */
export async function verifyViews(options: VerifyOptions): Promise<ViewsVerification> {
  const { log, viewsFile, folder, signal, onProgress } = options;
  const file = databaseInForce(viewsFile);
  if (file === undefined) {
    throw new ProjectionFault('VIEWS_MISSING', `There are no views at ${viewsFile} yet.`);
  }
  const views = openDatabase(file, { readOnly: true });
  const cacheFile = besides(file, new PlaceRow(views).read()?.segments ?? '');
  const segments = new SegmentReader(cacheFile);
  try {
    // One state for all that follows: a live projector goes on meanwhile.
    views.exec('BEGIN');
    const standing = new ModelRows(views).read();
    const upTo = Math.max(0, ...standing.map(({ position }) => position));
    let altered: number | undefined;
    const compareEntries = (events: readonly LedgerEvent[]): void => {
      for (const { position, entry } of events) {
        if (altered === undefined && segments.entryAt(Number(position)) !== entry) {
          altered = Number(position);
        }
      }
    };
    const told = (phase: string) => (at: Omit<Progress, 'phase'>) => onProgress?.({ phase, ...at });
    const abort = signal === undefined ? {} : { signal };
    return await withRefolded(
      { log, folder, upTo, ...abort, onEvents: compareEntries, onProgress: told('folding') },
      async (refolded) => {
        const compared = await compareAll(views, refolded, standing, abort, told('comparing'));
        const misnamed = firstMisnamed(cacheFile, refolded.segments);
        const found = { refolded, compared, altered, misnamed, log };
        const models = await Promise.all(standing.map((row) => verdictOf(row, found)));
        return {
          position: toPosition(upTo),
          equal: models.every(({ equal }) => equal),
          models,
        };
      },
    );
  } finally {
    segments.close();
    views.close();
  }
}

/** Each model is compared up to where it stands: a parked one stands earlier. */
async function compareAll(
  views: ReturnType<typeof openDatabase>,
  { database }: Refolded,
  standing: readonly ModelRow[],
  abort: { signal?: AbortSignal },
  onProgress: (at: { done: number; total: number }) => void,
): Promise<ModelComparison[]> {
  const expected = openDatabase(database, { readOnly: true });
  const compared: ModelComparison[] = [];
  try {
    for (const [index, { name, position }] of standing.entries()) {
      const only = [name];
      compared.push(...(await compareViews(views, expected, { upTo: position, only, ...abort })));
      onProgress({ done: index + 1, total: standing.length });
    }
    return compared;
  } finally {
    expected.close();
  }
}

type Found = {
  refolded: Refolded;
  compared: readonly ModelComparison[];
  altered: number | undefined;
  misnamed: number | undefined;
  log: EventLogReader;
};

async function verdictOf(
  row: ModelRow,
  { refolded, compared, altered, misnamed, log }: Found,
): Promise<ModelVerification> {
  const { name, version, position } = row;
  const rows = compared.find((one) => one.name === name);
  const expected = refolded.rows.find((one) => one.name === name);
  const isWhole = expected?.position === position;
  const [hash, expectedHash] = [stateHash(row), expected === undefined ? '' : stateHash(expected)];
  const wrongHash = isWhole && hash !== expectedHash;
  const [wrongEvent, wrongName] = name === 'activity' ? [altered, misnamed] : [];
  const at = Math.min(rows?.differsAt ?? Infinity, wrongEvent ?? Infinity, wrongName ?? Infinity);
  const what = whatDiffers(at, { rows: rows?.differsAt, event: wrongEvent, names: wrongName });
  const equal = at === Infinity && !wrongHash;
  return {
    name,
    version,
    position: toPosition(position),
    rows: rows?.rows ?? 0,
    hash,
    expectedRows: rows?.otherRows ?? 0,
    expectedHash,
    equal,
    ...(!equal && {
      firstDivergence: await divergence(Number.isFinite(at) ? at : position, what, log),
    }),
  };
}

function whatDiffers(
  at: number,
  found: { [What in 'rows' | 'event' | 'names']: number | undefined },
): Divergence['what'] {
  if (at === found.rows) return 'rows';
  if (at === found.event) return 'event';
  return at === found.names ? 'names' : 'hash';
}

async function divergence(
  position: number,
  what: Divergence['what'],
  log: EventLogReader,
): Promise<Divergence> {
  const [event] = await log.readAll({ after: toPosition(position - 1), limit: 1 });
  const { id = '', type = '', stream = '' } = event ?? {};
  return { position: toPosition(position), eventId: id, type, stream, what };
}
