import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Position, StoredEvent } from './committed-log.js';
import { decodeStreamName } from './messages.js';

type Common = {
  subscription: boolean;
  backwards: boolean;
  count: number;
  resolveLinks: boolean;
};

export type Filter = {
  accepts: (event: StoredEvent) => boolean;
  /** A checkpoint comes after so many events were looked at, passed on or not. */
  eventsPerCheckpoint: number;
};

export type StreamRead = Common & {
  source: 'stream';
  stream: string;
  from: bigint | 'start' | 'end';
};

export type AllRead = Common & {
  source: 'all';
  from: Position | 'start' | 'end';
  filter: Filter | undefined;
};

export type ReadRequest = StreamRead | AllRead;

/** The server looks at so many events at once when the client names no window. */
const defaultWindow = 32;

/** Undefined when the message says neither stream nor $all, or its pattern is not one. */
export function decodeReadRequest(message: streams.ReadReq): ReadRequest | undefined {
  const options = message.getOptions();
  if (options === undefined) return undefined;
  const common: Common = {
    subscription: options.hasSubscription(),
    backwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS,
    count: options.hasCount() ? Number(options.getCount()) : Infinity,
    resolveLinks: options.getResolveLinks(),
  };
  const stream = options.getStream();
  if (stream !== undefined) return { ...common, ...decodeStreamOptions(stream) };
  const all = options.getAll();
  if (all === undefined) return undefined;
  try {
    const filter = decodeFilter(options.getFilter());
    return { ...common, source: 'all', from: decodeAllFrom(all), filter };
  } catch {
    return undefined;
  }
}

function decodeStreamOptions(
  options: streams.ReadReq.Options.StreamOptions,
): Pick<StreamRead, 'source' | 'stream' | 'from'> {
  const stream = decodeStreamName(options.getStreamIdentifier());
  const from = options.hasRevision() ? BigInt(options.getRevision()) : startOrEnd(options);
  return { source: 'stream', stream, from };
}

function decodeAllFrom(all: streams.ReadReq.Options.AllOptions): AllRead['from'] {
  const position = all.getPosition();
  if (position === undefined) return startOrEnd(all);
  return {
    commit: BigInt(position.getCommitPosition()),
    prepare: BigInt(position.getPreparePosition()),
  };
}

function startOrEnd(options: { hasEnd(): boolean }): 'start' | 'end' {
  return options.hasEnd() ? 'end' : 'start';
}

function decodeFilter(
  options: streams.ReadReq.Options.FilterOptions | undefined,
): Filter | undefined {
  if (options === undefined) return undefined;
  const window = options.hasMax() ? options.getMax() : defaultWindow;
  const byType = options.getEventType();
  const expression = byType ?? options.getStreamIdentifier();
  const prefixes = expression?.getPrefixList() ?? [];
  const pattern = new RegExp(expression?.getRegex() ?? '', 'u');
  const fits = (text: string) => {
    if (prefixes.length > 0) return prefixes.some((prefix) => text.startsWith(prefix));
    return pattern.test(text);
  };
  return {
    accepts: ({ type, stream }) => fits(byType === undefined ? stream : type),
    eventsPerCheckpoint: window * options.getCheckpointintervalmultiplier(),
  };
}
