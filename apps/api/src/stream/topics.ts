import type { Change } from '@ledger/read-models';

/** Which changes a client wants; undefined = all. */
export type Topics = ReadonlySet<string> | undefined;

const TOPIC = /^(metric|reform|milestone|unit)(:[a-z0-9]+(-[a-z0-9]+)*)?$/;
const MOST_TOPICS = 200;

/**
 * `metric:ID,reform:ID` or a kind alone (`metric`) for all of its things; undefined for no
 * filter, null when the text is malformed.
 */
export function readTopics(text: string | undefined): Topics | null {
  if (text === undefined || text === '') return undefined;
  const topics = text.split(',');
  if (topics.length > MOST_TOPICS || !topics.every((topic) => TOPIC.test(topic))) return null;
  return new Set(topics);
}

export function isWanted({ subject }: Change, topics: Topics): boolean {
  if (topics === undefined) return true;
  return topics.has(subject.kind) || topics.has(`${subject.kind}:${subject.id}`);
}
