import type { ServerDuplexStream } from '@grpc/grpc-js';
import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ExpectedRevision } from './commit-check.js';
import type { ProposedEvent } from './committed-log.js';
import type { AnswerFault } from './faults.js';
import { admit, answerFault, meet, type Host, type Reply } from './host.js';
import { decodeProposed, decodeStreamName, encodeStreamName, faultOfProposal } from './messages.js';
import type { AppendOutcome } from './store.js';

type Call = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

type Batch = {
  correlationId: string;
  stream: string;
  expected: ExpectedRevision;
  deadlineMs: number;
  events: ProposedEvent[];
};

/** One long call that carries many appends, told apart by their correlation ids. */
export function handleBatchAppend(host: Host, call: Call): void {
  const { denied } = admit(host, call, 'batchAppend');
  if (denied !== undefined) {
    call.emit('error', denied);
    return;
  }
  const batches = new Map<string, Batch>();
  call.on('data', (request: streams.BatchAppendReq) => {
    const correlationId = request.getCorrelationId()?.getString() ?? '';
    const batch = batches.get(correlationId) ?? openBatch(correlationId, request.getOptions());
    batches.set(correlationId, batch);
    batch.events.push(...request.getProposedMessagesList().map(decodeProposed));
    if (!request.getIsFinal()) return;
    batches.delete(correlationId);
    complete(host, call, batch);
  });
  call.on('end', () => call.end());
}

function openBatch(
  correlationId: string,
  options: streams.BatchAppendReq.Options | undefined,
): Batch {
  return {
    correlationId,
    stream: decodeStreamName(options?.getStreamIdentifier()),
    expected: decodeExpectedPosition(options),
    deadlineMs: options?.getDeadline()?.toDate().getTime() ?? Infinity,
    events: [],
  };
}

function decodeExpectedPosition(
  options: streams.BatchAppendReq.Options | undefined,
): ExpectedRevision {
  if (options?.hasStreamPosition() === true) return BigInt(options.getStreamPosition());
  if (options?.hasNoStream() === true) return 'noStream';
  return options?.hasStreamExists() === true ? 'streamExists' : 'any';
}

function complete(host: Host, call: Call, batch: Batch): void {
  const fault = answerFault(host, 'batchAppend', batch.stream);
  const apply = (): Reply<streams.BatchAppendResp> => ({ value: append(host, batch) });
  meet(host, call, fault, apply, (reply) => {
    if ('value' in reply) {
      call.write(reply.value);
      if (fault?.twice === true) call.write(reply.value);
    } else if (fault?.inBatch === undefined) {
      call.emit('error', reply.refusal);
    } else {
      call.write(refused(batch, fault.inBatch, reply.refusal.details));
    }
  });
}

/** The deadline is the client's wall clock: one that is behind ours is over at once. */
function append(host: Host, batch: Batch): streams.BatchAppendResp {
  const response = responseTo(batch);
  const { DEADLINE_EXCEEDED, INVALID_ARGUMENT } = codes.Code;
  if (batch.deadlineMs <= Date.now()) {
    return response.setError(error(DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout()));
  }
  const fault = faultOfProposal(batch.stream, batch.events);
  if (fault !== undefined) {
    const details = new shared.BadRequest().setMessage(fault);
    return response.setError(error(INVALID_ARGUMENT, 'BadRequest', details));
  }
  const outcome = host.store.append(batch.stream, batch.expected, batch.events);
  if (outcome.kind !== 'success') return response.setError(outcomeError(outcome, batch));
  return response.setSuccess(
    new streams.BatchAppendResp.Success()
      .setCurrentRevision(String(outcome.revision))
      .setPosition(
        new shared.AllStreamPosition()
          .setCommitPosition(String(outcome.position.commit))
          .setPreparePosition(String(outcome.position.prepare)),
      ),
  );
}

function outcomeError(
  outcome: Exclude<AppendOutcome, { kind: 'success' }>,
  { stream, expected }: Batch,
): statuses.Status {
  const { FAILED_PRECONDITION, INVALID_ARGUMENT } = codes.Code;
  if (outcome.kind === 'streamDeleted') {
    const details = new shared.StreamDeleted().setStreamIdentifier(encodeStreamName(stream));
    return error(FAILED_PRECONDITION, 'StreamDeleted', details);
  }
  if (outcome.kind === 'tooLarge') {
    const details = new shared.MaximumAppendSizeExceeded();
    details.setMaxappendsize(outcome.maxAppendSize);
    return error(INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details);
  }
  const details = new shared.WrongExpectedVersion();
  if (outcome.current === 'none') details.setCurrentNoStream(new empty.Empty());
  else details.setCurrentStreamRevision(String(outcome.current));
  if (typeof expected === 'bigint') details.setExpectedStreamPosition(String(expected));
  else if (expected === 'noStream') details.setExpectedNoStream(new empty.Empty());
  else if (expected === 'streamExists') details.setExpectedStreamExists(new empty.Empty());
  else details.setExpectedAny(new empty.Empty());
  return error(FAILED_PRECONDITION, 'WrongExpectedVersion', details);
}

function refused(
  batch: Batch,
  inBatch: NonNullable<AnswerFault['inBatch']>,
  message: string,
): streams.BatchAppendResp {
  const status = new statuses.Status().setCode(codes.Code.UNAVAILABLE).setMessage(message);
  if (inBatch === 'empty') status.setDetails(packed('google.protobuf.Empty', new empty.Empty()));
  return responseTo(batch).setError(status);
}

function responseTo({ correlationId, stream, expected }: Batch): streams.BatchAppendResp {
  const response = new streams.BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString(correlationId))
    .setStreamIdentifier(encodeStreamName(stream));
  if (typeof expected === 'bigint') return response.setStreamPosition(String(expected));
  if (expected === 'noStream') return response.setNoStream(new empty.Empty());
  if (expected === 'streamExists') return response.setStreamExists(new empty.Empty());
  return response.setAny(new empty.Empty());
}

type Serializable = { serializeBinary(): Uint8Array };

function error(code: codes.Code, name: string, details: Serializable): statuses.Status {
  const any = packed(`event_store.client.${name}`, details);
  return new statuses.Status().setCode(code).setMessage(name).setDetails(any);
}

function packed(typeName: string, message: Serializable): any.Any {
  const packed = new any.Any();
  packed.pack(message.serializeBinary(), typeName);
  return packed;
}
