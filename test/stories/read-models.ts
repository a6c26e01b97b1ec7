import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NewEvent } from '@ledger/event-log';
import { viewsFileIn } from '@ledger/read-models';
import { openDatabase } from '@ledger/sqlite';
import type { LedgerUnderTest } from './ledger.js';

// What stories about the read models need: events past all decisions, and hands on the views.

export const newEvent = (type: string, data: NewEvent['data']): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: {
    schema: 1,
    actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
    correlationId: 'story',
    commandId: randomUUID(),
    commandHash: '0'.repeat(64),
  },
});

/** Revises a metric that nobody defined: no decision lets that pass, and no catalogue takes it in. */
export const revisionOf = (metric: string): NewEvent =>
  newEvent('MetricDefinitionRevised', { metric, validFrom: '2021-09-01', changes: {} });

/** Changes the views in force behind the back of everybody; only while no server runs. */
export function changeViews({ dataDir }: LedgerUnderTest, sql: string): void {
  const viewsFile = viewsFileIn(dataDir);
  const name = readFileSync(viewsFile, 'utf8').trim().split(' ').at(-1) ?? '';
  const database = openDatabase(join(dirname(viewsFile), name));
  database.exec(sql);
  database.close();
}

/** The body of /v1/read-models, as far as stories look at it. */
export type ReadModels = {
  head: string;
  build: string;
  outdated: boolean;
  rebuilt: { position: string; data: { build: string; trigger: string } } | null;
  rebuild: { state: string; request: object; error?: { code: string } } | null;
  models: {
    name: string;
    status: string;
    position: string;
    hash: string;
    eventsPerSecond: number;
    fault?: { position: string };
  }[];
};

/** Asks for the read models until they are as wanted. */
export async function readModelsWhen(
  ledger: LedgerUnderTest,
  holds: (readModels: ReadModels) => boolean,
): Promise<ReadModels> {
  for (;;) {
    const { body } = await ledger.http.get('/v1/read-models').expect(200);
    if (holds(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The comparison of the views in force stands in the log. */
export const isRecorded = ({ build, rebuilt }: ReadModels): boolean =>
  rebuilt?.data.build === build;
