import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from './committed-log.js';
import type { AnswerFault, FramesFault } from './faults.js';
import { FrameSink } from './frame-sink.js';
import { admit, meet, type Host } from './host.js';
import { frameOf } from './links.js';
import { encodeStreamNotFound } from './messages.js';
import { decodeReadRequest, type ReadRequest } from './read-request.js';
import { refusals } from './status.js';
import type { EventStoreModel } from './store.js';
import { Subscription } from './subscription.js';

type Call = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

/** The one call behind stream reads, $all reads and catch-up subscriptions. */
export function handleRead(host: Host, call: Call): void {
  const request = decodeReadRequest(call.request);
  const rpc = call.request.getOptions()?.hasSubscription() === true ? 'subscribe' : 'read';
  const stream = request?.source === 'stream' ? request.stream : undefined;
  const { record, denied } = admit(host, call, rpc, stream);
  const sink = new FrameSink(host, call, record);
  if (denied !== undefined) return sink.finish(denied);
  if (request === undefined) {
    return sink.finish(refusals.invalidArgument('The read says neither stream nor $all.'));
  }
  const fault = host.faults.take(stream === undefined ? { rpc } : { rpc, stream });
  const frames = fault?.kind === 'frames' ? fault : undefined;
  const serve = () => {
    if (request.subscription) void new Subscription(host, sink, request, frames).run();
    else void sendEvents(host.store, sink, request, frames);
  };
  if (fault?.kind === 'answer') meetBeforeFrames(host, call, sink, fault, serve);
  else serve();
}

function meetBeforeFrames(
  host: Host,
  call: Call,
  sink: FrameSink,
  fault: AnswerFault,
  serve: () => void,
): void {
  const apply = () => ({ value: undefined });
  // Nothing is written by a read, so `applied` has nothing to do.
  meet(host, call, { ...fault, applied: false }, apply, (reply) => {
    if ('refusal' in reply) sink.finish(reply.refusal);
    else serve();
  });
}

async function sendEvents(
  store: EventStoreModel,
  sink: FrameSink,
  request: ReadRequest,
  frames: FramesFault | undefined,
): Promise<void> {
  if (frames?.beforeConfirmation === true) return sink.finish(frames.ending ?? 'end');
  if (request.source === 'stream') {
    if (store.isTombstoned(request.stream)) {
      return sink.finish(refusals.streamDeleted(request.stream));
    }
    if (store.visible(request.stream) === undefined) {
      await sink.send(encodeStreamNotFound(request.stream));
      return sink.finish('end');
    }
  } else if (typeof request.from !== 'string' && !store.knows(request.from)) {
    return sink.finish(refusals.invalidPosition());
  }
  const events = request.source === 'stream' ? ofStream(store, request) : ofAll(store, request);
  let sent = 0;
  for (const event of events) {
    if (sent === frames?.afterEvents) break;
    if (!(await sink.send(frameOf(store, event, request.resolveLinks)))) return;
    sent += 1;
  }
  sink.finish(sent === frames?.afterEvents ? (frames.ending ?? 'end') : 'end');
}

/** The border is inclusive in both directions. */
function ofStream(
  store: EventStoreModel,
  { stream, from, backwards, count }: Extract<ReadRequest, { source: 'stream' }>,
): StoredEvent[] {
  const visible = store.visible(stream) ?? [];
  if (!backwards) {
    if (from === 'end') return [];
    const first = from === 'start' ? 0n : from;
    return visible.filter(({ revision }) => revision >= first).slice(0, count);
  }
  const last = from === 'start' ? 0n : from;
  const upTo = last === 'end' ? visible : visible.filter(({ revision }) => revision <= last);
  return upTo.reverse().slice(0, count);
}

/** Forwards the border is inclusive; backwards the position is the end of what is read. */
function ofAll(
  store: EventStoreModel,
  { from, backwards, count }: Extract<ReadRequest, { source: 'all' }>,
): StoredEvent[] {
  const { log } = store;
  const border = typeof from === 'string' ? from : store.indexAt(from);
  const index = border === 'start' ? 0 : border === 'end' ? log.length : border;
  if (!backwards) return log.slice(index, index + count);
  return log.slice(Math.max(0, index - count), index).reverse();
}
