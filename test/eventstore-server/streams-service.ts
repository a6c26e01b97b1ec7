import type * as grpc from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { handleBatchAppend } from './batch-append.js';
import type { ExpectedRevision } from './commit-check.js';
import type { Position, ProposedEvent } from './committed-log.js';
import { admit, answerFault, meet, type Host, type Reply } from './host.js';
import {
  decodeExpected,
  decodeProposed,
  decodeStreamName,
  encodeAppendOutcome,
  faultOfProposal,
} from './messages.js';
import { handleRead } from './reads.js';
import { refusals } from './status.js';
import type { AppendOutcome } from './store.js';

/** The five calls of `event_store.client.streams.Streams`. */
export function streamsService(host: Host): grpc.UntypedServiceImplementation {
  return {
    append: (call: AppendCall, callback: AppendCallback) => handleAppend(host, call, callback),
    batchAppend: (call: BatchCall) => handleBatchAppend(host, call),
    read: (call: ReadCall) => handleRead(host, call),
    delete: (call: DeleteCall, callback: DeleteCallback) => handleDelete(host, call, callback),
    tombstone: (call: TombstoneCall, callback: TombstoneCallback) => {
      handleTombstone(host, call, callback);
    },
  };
}

type AppendCall = grpc.ServerReadableStream<streams.AppendReq, streams.AppendResp>;
type AppendCallback = grpc.sendUnaryData<streams.AppendResp>;
type BatchCall = grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;
type ReadCall = grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type DeleteCall = grpc.ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>;
type DeleteCallback = grpc.sendUnaryData<streams.DeleteResp>;
type TombstoneCall = grpc.ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>;
type TombstoneCallback = grpc.sendUnaryData<streams.TombstoneResp>;

function handleAppend(host: Host, call: AppendCall, callback: AppendCallback): void {
  const { record, denied } = admit(host, call, 'append');
  if (denied !== undefined) return callback(denied);
  let stream = '';
  let expected: ExpectedRevision = 'any';
  const events: ProposedEvent[] = [];
  call.on('data', (request: streams.AppendReq) => {
    const options = request.getOptions();
    const message = request.getProposedMessage();
    if (options !== undefined) {
      stream = decodeStreamName(options.getStreamIdentifier());
      expected = decodeExpected(options);
      record.stream = stream;
    }
    if (message !== undefined) events.push(decodeProposed(message));
  });
  call.on('end', () => {
    // Also after a torn connection, when only a part of the append has come.
    if (call.cancelled) return;
    const apply = () => appendReply(host, stream, expected, events);
    meet(host, call, answerFault(host, 'append', stream), apply, (reply) => send(reply, callback));
  });
}

function appendReply(
  host: Host,
  stream: string,
  expected: ExpectedRevision,
  events: ProposedEvent[],
): Reply<streams.AppendResp> {
  const fault = faultOfProposal(stream, events);
  if (fault !== undefined) return { refusal: refusals.invalidArgument(fault) };
  const outcome: AppendOutcome = host.store.append(stream, expected, events);
  if (outcome.kind === 'streamDeleted') return { refusal: refusals.streamDeleted(stream) };
  if (outcome.kind === 'tooLarge') return { refusal: refusals.tooLarge(outcome.maxAppendSize) };
  return { value: encodeAppendOutcome(outcome, expected) };
}

function handleDelete(host: Host, call: DeleteCall, callback: DeleteCallback): void {
  remove(host, call, 'delete', callback, (position) => {
    return new streams.DeleteResp().setPosition(
      new streams.DeleteResp.Position()
        .setCommitPosition(String(position.commit))
        .setPreparePosition(String(position.prepare)),
    );
  });
}

function handleTombstone(host: Host, call: TombstoneCall, callback: TombstoneCallback): void {
  remove(host, call, 'tombstone', callback, (position) => {
    return new streams.TombstoneResp().setPosition(
      new streams.TombstoneResp.Position()
        .setCommitPosition(String(position.commit))
        .setPreparePosition(String(position.prepare)),
    );
  });
}

function remove<T>(
  host: Host,
  call: grpc.ServerUnaryCall<streams.DeleteReq | streams.TombstoneReq, T>,
  rpc: 'delete' | 'tombstone',
  callback: grpc.sendUnaryData<T>,
  encode: (position: Position) => T,
): void {
  const options = call.request.getOptions() ?? new streams.DeleteReq.Options();
  const stream = decodeStreamName(options.getStreamIdentifier());
  const { denied } = admit(host, call, rpc, stream);
  if (denied !== undefined) return callback(denied);
  const apply = (): Reply<T> => {
    const expected = decodeExpected(options);
    const current = host.store.stream(stream)?.lastRevision;
    if (host.store.isTombstoned(stream)) return { refusal: refusals.streamDeleted(stream) };
    const wrong = typeof expected === 'bigint' ? expected !== current : false;
    if (wrong || (expected === 'streamExists' && current === undefined)) {
      const actual = current === undefined ? undefined : String(current);
      return { refusal: refusals.wrongExpectedRevision(stream, String(expected), actual) };
    }
    const { position } =
      rpc === 'delete' ? host.store.softDelete(stream) : host.store.tombstone(stream);
    return { value: encode(position) };
  };
  meet(host, call, answerFault(host, rpc, stream), apply, (reply) => send(reply, callback));
}

function send<T>(reply: Reply<T>, callback: grpc.sendUnaryData<T>): void {
  if ('refusal' in reply) callback(reply.refusal);
  else callback(null, reply.value);
}
