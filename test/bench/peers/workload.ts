// The same work for every contender: the history that the other benches use, cut into appends.
import type { JsonObject, JsonValue, NewEvent } from '@ledger/event-log';
import { history, OPENING_EVENTS } from '../history.js';

/** An event as Emmett takes it and gives it back; its `messageId` is our event id. */
export type PeerEvent = { type: string; data: JsonObject; metadata: { messageId: string } };

/** Events for one stream; the first gets `revision`, and 0 says that there is no stream yet. */
export type Append = {
  stream: string;
  revision: number;
  events: NewEvent[];
  peerEvents: PeerEvent[];
};

/**
 * New appends for so many streams, stream by stream and in order within each: `turns` appends of
 * `batch` events. Ids and figures are fresh on every call.
 */
export function appendsByStream(streams: number, turns: number, batch: number): Append[][] {
  const byStream = new Map<string, NewEvent[]>();
  const seed = Math.floor(Math.random() * 2 ** 32);
  const told = [...history(OPENING_EVENTS + streams * turns * batch, streams, seed)];
  for (const { stream, event } of told.slice(OPENING_EVENTS)) {
    const events = byStream.get(stream);
    if (events === undefined) byStream.set(stream, [event]);
    else events.push(event);
  }
  return [...byStream].map(([stream, events]) =>
    Array.from({ length: turns }, (_, turn) => {
      const own = events.slice(turn * batch, (turn + 1) * batch);
      return { stream, revision: turn * batch, events: own, peerEvents: own.map(peerEvent) };
    }),
  );
}

/** The first append of every stream, then the second of every stream, and so on. */
export function inTurns(byStream: readonly Append[][]): Append[] {
  const turns = byStream[0]?.length ?? 0;
  return Array.from({ length: turns }, (_, turn) =>
    byStream.flatMap((appends) => appends[turn] ?? []),
  ).flat();
}

/** What a stream says last, for the day that it speaks of last. */
export type Standing = { events: number; asOf: string; amount: string };

export const nothingSaid = (): Standing => ({ events: 0, asOf: '', amount: '' });

/** The fold that both sides run over a stream. */
export function evolve(state: Standing, { data }: { data: JsonObject }): Standing {
  const events = state.events + 1;
  const asOf = textAt(data, 'time', 'asOf');
  if (asOf === undefined || asOf < state.asOf) return { ...state, events };
  return { events, asOf, amount: textAt(data, 'value', 'quantity', 'amount') ?? state.amount };
}

function textAt(data: JsonObject, ...path: string[]): string | undefined {
  let here: JsonValue | undefined = data;
  for (const member of path) here = isObject(here) ? here[member] : undefined;
  return typeof here === 'string' ? here : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function peerEvent({ id, type, data, metadata }: NewEvent): PeerEvent {
  return { type, data, metadata: { ...metadata, messageId: id } };
}
