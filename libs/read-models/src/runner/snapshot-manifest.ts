import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from './checkpoint.js';
import { SnapshotFault } from './snapshot-fault.js';

// Names and shapes here are storage format: never edited, only added to under a new version.

export const MANIFEST = 'manifest.json';
/** Stands in the folder from before the first copy until the manifest covers everything. */
export const UNFINISHED = 'unfinished';
export const VIEWS_COPY = 'views.db';
export const SEGMENTS_COPY = 'segments.db';
const FORMAT = 'reform-ledger-views';
const VERSION = 1;

/** `sha256`, hex, is over the bytes of the file. */
export type SnapshotFile = { bytes: number; sha256: string };

/** A read model in a snapshot; `hash` is its state hash, hex, at `position`. */
export type SnapshotModel = {
  name: string;
  version: number;
  layout: number;
  position: string;
  rows: number;
  hash: string;
};

/**
 * What a snapshot of views holds. `checkpoint` is the last event that the views have taken in.
 * `madeAt` is UTC. The file ends with `sha256` over the manifest without that line, so that no
 * byte of it can be another one unseen.
 */
export type SnapshotManifest = {
  format: typeof FORMAT;
  version: typeof VERSION;
  madeAt: string;
  checkpoint: Omit<Checkpoint, 'position'> & { position: string };
  models: SnapshotModel[];
  files: { [VIEWS_COPY]: SnapshotFile; [SEGMENTS_COPY]: SnapshotFile };
};

export const manifestOf = (
  said: Omit<SnapshotManifest, 'format' | 'version'>,
): SnapshotManifest => ({ format: FORMAT, version: VERSION, ...said });

/** The text of the manifest's file. Inverse: `readManifest`. */
export function renderManifest(manifest: SnapshotManifest): string {
  const { format, version, madeAt, checkpoint, models, files } = manifest;
  const { position, sequence, eventId, stream, revision } = checkpoint;
  const inOrder = {
    format,
    version,
    madeAt,
    checkpoint: { position, sequence, eventId, stream, revision },
    models: models.map(modelInOrder),
    files: {
      [VIEWS_COPY]: fileInOrder(files[VIEWS_COPY]),
      [SEGMENTS_COPY]: fileInOrder(files[SEGMENTS_COPY]),
    },
  };
  const sha256 = createHash('sha256').update(spelled(inOrder)).digest('hex');
  return spelled({ ...inOrder, sha256 });
}

const modelInOrder = (model: SnapshotModel): SnapshotModel => ({
  name: model.name,
  version: model.version,
  layout: model.layout,
  position: model.position,
  rows: model.rows,
  hash: model.hash,
});
const fileInOrder = ({ bytes, sha256 }: SnapshotFile): SnapshotFile => ({ bytes, sha256 });
const spelled = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * The manifest of a snapshot, once it is sure that it is byte for byte what was written. Throws
 * `SNAPSHOT_UNFINISHED` where there is none, `SNAPSHOT_DAMAGED` and `SNAPSHOT_OTHER_VERSION`.
 */
export async function readManifest(folder: string): Promise<SnapshotManifest> {
  const file = join(folder, MANIFEST);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unfinished(folder, error);
  }
  const manifest = parsed(text, file);
  if (manifest.format !== FORMAT || manifest.version !== VERSION) throw otherFormat(file);
  let written: string | undefined;
  try {
    written = renderManifest(manifest);
  } catch {
    // A part is missing.
  }
  if (written !== text) throw damagedManifest(file);
  const { madeAt, checkpoint, models, files } = manifest;
  return manifestOf({ madeAt, checkpoint, models, files });
}

/** Inverse of `spelled`; whether it is one is told by writing it again. */
function parsed(text: string, file: string): SnapshotManifest {
  try {
    const value: SnapshotManifest | null = JSON.parse(text);
    if (value !== null && typeof value === 'object') return value;
  } catch {
    // No JSON.
  }
  throw damagedManifest(file);
}

function unfinished(folder: string, cause: unknown): SnapshotFault {
  const text = {
    zh: `${folder} 里没有可读的 ${MANIFEST}，不是完整的视图快照；请重新导出。`,
    en: `${folder} has no ${MANIFEST} that can be read, so it is no finished snapshot of views; export it anew.`,
  };
  return new SnapshotFault('SNAPSHOT_UNFINISHED', text, { cause });
}

const damagedManifest = (file: string): SnapshotFault =>
  new SnapshotFault('SNAPSHOT_DAMAGED', {
    zh: `${file} 与导出时写下的不同；请重新导出。`,
    en: `${file} is not what the export wrote; export the views anew.`,
  });

const otherFormat = (file: string): SnapshotFault =>
  new SnapshotFault('SNAPSHOT_OTHER_VERSION', {
    zh: `${file} 不是本版本认识的视图快照清单（${FORMAT}，版本 ${VERSION}）；请用同一版本的程序重新导出。`,
    en:
      `${file} is no manifest that this version knows (${FORMAT}, version ${VERSION}); ` +
      'export the views anew with this version of the program.',
  });
