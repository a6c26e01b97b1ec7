import 'reflect-metadata';
import { LedgerWriter, rebuildCommand } from '@ledger/application';
import { openLog, type LogAddress } from '@ledger/engines';
import { isEventLogError, type Actor, type ServedEventLog } from '@ledger/event-log';
import { openViews, Projector, rebuildRecorded, rebuildToRecord } from '@ledger/read-models';

const actor: Actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };

/**
 * What became of the comparison that a rebuild left in the views: `recorded` in the log, `held`
 * because whoever has the log open for writing (a server) will record it, `failed` so that the next
 * one to open it will, or there was `nothing`.
 */
export type Recording =
  | { state: 'recorded'; position: string; eventId: string }
  | { state: 'failed'; why: string }
  | { state: 'held' | 'nothing' };

/**
 * Puts the comparison of the views in force into the log, unless another process holds it. The same
 * build is the same command: after an interruption, or beside a server, it is recorded once.
 */
export async function recordRebuild(address: LogAddress, viewsFile: string): Promise<Recording> {
  try {
    return await record(address, viewsFile);
  } catch (fault) {
    // The views stand, whatever the log said to this; they keep the comparison.
    return { state: 'failed', why: fault instanceof Error ? fault.message : String(fault) };
  }
}

async function record(address: LogAddress, viewsFile: string): Promise<Recording> {
  const said = rebuildToRecord(viewsFile);
  if (said === undefined) return { state: 'nothing' };
  let log: ServedEventLog;
  try {
    log = await openLog(address, { thread: false });
  } catch (fault) {
    if (isEventLogError(fault) && fault.code === 'LOCKED') return { state: 'held' };
    throw fault;
  }
  try {
    // The views know which commands were taken, so they hear of all of them first.
    await new Projector({ log, viewsFile }).catchUp();
    const views = openViews(viewsFile);
    try {
      const writer = new LedgerWriter({ log, views, clock: Date.now });
      const { request, context } = rebuildCommand(said, actor);
      const receipt = await writer.projections.write(said.projection, request, context);
      rebuildRecorded(viewsFile, said.build);
      const [event] = receipt.events;
      return { state: 'recorded', position: receipt.position, eventId: event?.eventId ?? '' };
    } finally {
      views.close();
      await new Projector({ log, viewsFile }).catchUp();
    }
  } finally {
    await log.close();
  }
}
