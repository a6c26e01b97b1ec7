import type { NewEvent } from '../envelope.js';

/**
 * An event as the ledger has them, for tests of engines: `note` tells it from others. The id is the
 * caller's, who knows whether it must be new in one process or in many.
 */
export function sampleEvent(id: string, note: string, recordedAt?: string): NewEvent {
  return {
    id,
    type: 'ObservationReported',
    data: { quantity: { amount: '681000', unit: 'm2', printed: '68.1万平方米' }, note },
    metadata: {
      schema: 1,
      ...(recordedAt === undefined ? {} : { recordedAt }),
      actor: { id: 'clerk-1', unit: '光明区改革办', role: 'recorder' },
      correlationId: 'correlation-1',
      commandId: 'command-1',
      commandHash: 'ab'.repeat(32),
    },
  };
}
