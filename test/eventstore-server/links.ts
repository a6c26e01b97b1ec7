import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from './committed-log.js';
import { encodeEventFrame } from './messages.js';
import type { EventStoreModel } from './store.js';

/** The event itself, or what it points at when it is a link and the reader asked for targets. */
export function frameOf(
  store: EventStoreModel,
  event: StoredEvent,
  resolveLinks: boolean,
): streams.ReadResp {
  if (!resolveLinks || event.type !== '$>') return encodeEventFrame(event);
  const [revision = '', ...name] = Buffer.from(event.data).toString('utf8').split('@');
  const visible = store.visible(name.join('@'));
  const target = visible?.find((candidate) => String(candidate.revision) === revision);
  return encodeEventFrame(target, event);
}
