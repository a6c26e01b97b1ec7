import { z } from 'zod';
import type { Change } from '@ledger/read-models';
import { PositionSchema } from '../http/schemas.js';
import { ChangeSchema } from './change-schema.js';

/** The log's name: part of the `source` of every event that leaves the ledger. */
export const LEDGER_ORIGIN = Symbol('LedgerOrigin');

/** Names this version of `Change`; another version of its shape gets another name. */
const CHANGE_SCHEMA = 'urn:reform-ledger:schema:change:1';

/** A change as it leaves the ledger, on the live stream and its poll twin alike. */
export const CloudEventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().describe('Event id in the ledger'),
    source: z.string().describe('The stream, under the name of the log'),
    type: z.string().meta({ examples: ['observation.corrected'] }),
    subject: z.string().meta({ examples: ['metric/vacated-premises-handed-over-area'] }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(CHANGE_SCHEMA),
    position: PositionSchema,
    data: ChangeSchema,
  })
  .meta({ id: 'ChangeEvent', description: 'CloudEvents 1.0, structured JSON' });
export type ChangeEvent = z.infer<typeof CloudEventSchema>;

/** `source` and `id` together are unique; `position` is an extension attribute of ours. */
export function asCloudEvent(change: Change, origin: string): ChangeEvent {
  return {
    specversion: '1.0',
    id: change.eventId,
    source: `//${origin}/v1/streams/${change.stream}`,
    type: change.kind,
    subject: `${change.subject.kind}/${change.subject.id}`,
    time: change.recordedAt,
    datacontenttype: 'application/json',
    dataschema: CHANGE_SCHEMA,
    position: change.position,
    data: change,
  };
}
