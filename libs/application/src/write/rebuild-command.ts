import type { ProjectionRequest } from '@ledger/domain';
import type { Actor } from '@ledger/event-log';
import { commandHash, commandIdentity, newId } from './identity.js';
import { WriteProjection } from './requests.js';

/** What a rebuild came to, as the event will say it. */
export type RebuildSaid = Omit<ProjectionRequest, 'type'>;

/** A build is the same build whoever asks to record it. */
const BUILDER = { id: 'read-models', unit: 'read-models', role: 'readModels' };
const ROUTE = 'record rebuild';

/**
 * The command that records a rebuild, for the command bus or for `LedgerWriter.projections`. Its id
 * depends on the build alone: whoever is not sure whether it was taken, after a crash for instance,
 * asks again and gets the first receipt. `actor` is who the event names.
 */
export function rebuildCommand(said: RebuildSaid, actor: Actor): WriteProjection {
  const request: ProjectionRequest = { type: 'RecordRebuild', ...said };
  const key = `${said.projection}/${said.build}`;
  return new WriteProjection(request, {
    actor,
    correlationId: newId(),
    commandId: commandIdentity({ actor: BUILDER, route: ROUTE, key }),
    commandHash: commandHash(request),
  });
}
