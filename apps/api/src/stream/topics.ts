import type { Change } from '@ledger/read-models';

/** Which changes a client wants; undefined = all. */
export type Topics = ReadonlySet<string> | undefined;

const TOPIC = /^(metric|reform|milestone|unit|projection)(:[a-z0-9]+(-[a-z0-9]+)*)?$/;
const OPERATION_TOPIC = /^(operations|operation:[0-9a-f-]{36})$/;
const MOST_TOPICS = 200;

/**
 * `metric:ID,reform:ID` or a kind alone (`metric`) for all of its things; undefined for no
 * filter, null when the text is malformed. `operations`, or `operation:ID` for one of them, takes
 * the progress of long work.
 */
export function readTopics(text: string | undefined): Topics | null {
  if (text === undefined || text === '') return undefined;
  const topics = text.split(',');
  if (topics.length > MOST_TOPICS || !topics.every(isTopic)) return null;
  return new Set(topics);
}

export function isWanted({ subject }: Change, topics: Topics): boolean {
  if (topics === undefined) return true;
  return topics.has(subject.kind) || topics.has(`${subject.kind}:${subject.id}`);
}

export function isOperationWanted({ id }: { id: string }, topics: Topics): boolean {
  return topics === undefined || topics.has('operations') || topics.has(`operation:${id}`);
}

const isTopic = (text: string): boolean => TOPIC.test(text) || OPERATION_TOPIC.test(text);
