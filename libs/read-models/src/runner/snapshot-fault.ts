import type { Text } from '@ledger/domain';

/**
 * - `SNAPSHOT_FOLDER_TAKEN`: something else stands where the snapshot is to be made.
 * - `SNAPSHOT_UNFINISHED`: there is no manifest, so nobody brought this snapshot to its end.
 * - `SNAPSHOT_DAMAGED`: a file is not what the manifest says, or the manifest not what was written.
 * - `SNAPSHOT_OTHER_VERSION`: other versions of the read models made it.
 * - `SNAPSHOT_OTHER_LOG`: the log does not hold the events that it was made from.
 * - `VIEWS_NOT_OLDER`: the views that stand there are as far as the snapshot, or further.
 * - `VIEWS_DAMAGED`: the views in force cannot be read, so no copy is made of them.
 */
export type SnapshotFaultCode =
  | 'SNAPSHOT_FOLDER_TAKEN'
  | 'SNAPSHOT_UNFINISHED'
  | 'SNAPSHOT_DAMAGED'
  | 'SNAPSHOT_OTHER_VERSION'
  | 'SNAPSHOT_OTHER_LOG'
  | 'VIEWS_NOT_OLDER'
  | 'VIEWS_DAMAGED';

/** Why views were not copied out or brought in; `text` says it in a sentence, with what to try. */
export class SnapshotFault extends Error {
  override readonly name = 'SnapshotFault';
  constructor(
    readonly code: SnapshotFaultCode,
    readonly text: Text,
    options?: ErrorOptions,
  ) {
    super(text.en, options);
  }
}
