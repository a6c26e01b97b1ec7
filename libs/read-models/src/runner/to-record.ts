import { existsSync } from 'node:fs';
import type { ReadModelsRebuilt, RebuiltModel } from '@ledger/domain';
import { openDatabase, sqliteErrorCode, type Database } from '@ledger/sqlite';
import { PlaceRow } from './checkpoint.js';
import type { Comparison, ModelVerdict } from './comparison.js';
import { buildOf, databaseInForce } from './place.js';

/** The stream that tells of these read models: `projection-read-models`. */
const PROJECTION = 'read-models';

/**
 * What the log does not say yet: how the views in force compared with those that they replaced.
 * Undefined when it was recorded, when nothing was compared, and where views cannot be read.
 * Whoever can write to the log records it and then calls `rebuildRecorded`; the same build is the
 * same command, so that two who do it record it once.
 */
export function rebuildToRecord(viewsFile: string): ReadModelsRebuilt['data'] | undefined {
  const file = databaseInForce(viewsFile);
  if (file === undefined || !existsSync(file)) return undefined;
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly: true });
    const rebuilt = new PlaceRow(database).read()?.rebuilt ?? null;
    return rebuilt === null ? undefined : saidOf(readComparison(rebuilt));
  } catch (error) {
    // Views that are damaged or of another layout are made anew, and then have nothing to say.
    if (sqliteErrorCode(error) === undefined) throw error;
    return undefined;
  } finally {
    database?.close();
  }
}

/** The event of a build stands in the log: the views forget what they kept for it. */
export function rebuildRecorded(viewsFile: string, build: string): void {
  const file = databaseInForce(viewsFile);
  if (file === undefined || buildOf(file) !== build || !existsSync(file)) return;
  const database = openDatabase(file);
  try {
    database.exec('BEGIN IMMEDIATE');
    const place = new PlaceRow(database);
    const { segments } = place.read() ?? {};
    if (segments !== undefined) place.write(segments, null);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Inverse of the `JSON.stringify` of a rebuild, which alone writes the column. */
const readComparison = (text: string): Comparison => JSON.parse(text);

/** The ledger calls `equal` only what has the same rows and hash. */
function saidOf({ models, ...comparison }: Comparison): ReadModelsRebuilt['data'] {
  return { projection: PROJECTION, ...comparison, models: models.map(modelOf) };
}

function modelOf({ previous, verdict, ...model }: ModelVerdict): RebuiltModel {
  return verdict === 'equal' && previous !== undefined
    ? { ...model, previous, verdict }
    : { ...model, ...(previous && { previous }), verdict: 'explained' };
}
