import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision } from './commit-check.js';
import type { ContentType, Position, ProposedEvent, StoredEvent } from './committed-log.js';
import type { AppendOutcome } from './store.js';

// What goes over the wire, in the generated classes of the client's own package. Revisions and
// positions are decimal strings there, stream names bytes, event ids strings.

type Expecting = streams.AppendReq.Options | streams.DeleteReq.Options;

export function decodeStreamName(identifier: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function encodeStreamName(name: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(name)));
}

export function decodeExpected(options: Expecting): ExpectedRevision {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'noStream';
  return options.hasStreamExists() ? 'streamExists' : 'any';
}

export function decodeProposed(
  message: streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage,
): ProposedEvent {
  const map = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: map.get('type') ?? '',
    contentType: contentType(map.get('content-type')),
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** What makes a proposal unusable, or nothing. */
export function faultOfProposal(stream: string, events: ProposedEvent[]): string | undefined {
  if (stream === '') return 'The stream has no name.';
  if (events.length === 0) return 'The append has no events.';
  const bad = events.find(({ id }) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id));
  if (bad !== undefined) return `The event id ${bad.id} is not a UUID.`;
  return events.every(({ type }) => type !== '') ? undefined : 'An event has no type.';
}

/** A conflict is a normal answer; the other refusals are statuses and never come here. */
export function encodeAppendOutcome(
  outcome: Extract<AppendOutcome, { kind: 'success' | 'wrongExpectedRevision' }>,
  expected: ExpectedRevision,
): streams.AppendResp {
  if (outcome.kind === 'success') {
    return new streams.AppendResp().setSuccess(
      new streams.AppendResp.Success()
        .setCurrentRevision(String(outcome.revision))
        .setPosition(encodeAppendPosition(outcome.position)),
    );
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === 'none') wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (typeof expected === 'bigint') wrong.setExpectedRevision(String(expected));
  else if (expected === 'noStream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'streamExists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedAny(new shared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

function encodeAppendPosition({ commit, prepare }: Position): streams.AppendResp.Position {
  return new streams.AppendResp.Position()
    .setCommitPosition(String(commit))
    .setPreparePosition(String(prepare));
}

/** `link` is the pointer when the event was reached through one; a lost target leaves it alone. */
export function encodeEventFrame(
  event: StoredEvent | undefined,
  link?: StoredEvent,
): streams.ReadResp {
  const read = new streams.ReadResp.ReadEvent();
  if (event !== undefined) read.setEvent(encodeRecorded(event));
  if (link !== undefined) read.setLink(encodeRecorded(link));
  const { commit } = (link ?? event)?.statedPosition ?? { commit: 0n };
  return new streams.ReadResp().setEvent(read.setCommitPosition(String(commit)));
}

function encodeRecorded(event: StoredEvent): streams.ReadResp.ReadEvent.RecordedEvent {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(encodeStreamName(event.stream))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(String(event.statedPosition.commit))
    .setPreparePosition(String(event.statedPosition.prepare))
    .setData(new Uint8Array(event.data))
    .setCustomMetadata(new Uint8Array(event.metadata));
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(event.createdTicks));
  return recorded;
}

export function encodeStreamNotFound(name: string): streams.ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound();
  return new streams.ReadResp().setStreamNotFound(
    notFound.setStreamIdentifier(encodeStreamName(name)),
  );
}

export function encodeConfirmation(subscriptionId: string): streams.ReadResp {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  return new streams.ReadResp().setConfirmation(confirmation.setSubscriptionId(subscriptionId));
}

export function encodeCaughtUp(): streams.ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());
}

export function encodeCheckpoint({ commit, prepare }: Position): streams.ReadResp {
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(commit))
      .setPreparePosition(String(prepare)),
  );
}

function contentType(name: string | undefined): ContentType {
  return name === 'application/json' ? name : 'application/octet-stream';
}
