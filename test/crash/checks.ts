import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openLogReader, readLogAddress } from '@ledger/engines';
import { verifyViews, viewsFileIn, type ModelState } from '@ledger/read-models';
import type { Acknowledged, Seen } from './clients.js';
import { contentOf } from './posts.js';

/** `lost`, `doubled` and `skipped` are what must never be; `other` is anything else that is wrong. */
export type Problem = { kind: 'lost' | 'doubled' | 'skipped' | 'other'; what: string };

export type Entry = {
  id: string;
  position: string;
  sequence: number;
  type: string;
  stream: string;
  revision: number;
  data: { [field: string]: unknown };
  metadata: { recordedAt: string; commandId: string; reason?: string };
  /** Digest of the line as the server sent it. */
  digest: string;
};

/** The log after a position, as the server gives it out. */
export async function readLog(url: string, after: string): Promise<Entry[]> {
  const headers = { accept: 'application/x-ndjson' };
  const answer = await fetch(`${url}/v1/events?after=${after}`, { headers });
  if (!answer.ok) throw new Error(`The log cannot be read: ${await answer.text()}`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line): Entry => {
    const digest = createHash('sha256').update(line).digest('base64');
    return { ...JSON.parse(line), digest };
  });
}

type Known = Pick<Entry, 'id' | 'position' | 'digest' | 'type'>;

/**
 * What the harness knows of a ledger: every event that it has found there, and where. What was once
 * found must be found again, at the same place and with the same bytes, whatever happens.
 */
export class LedgerRecord {
  /** By sequence. */
  readonly #known: Known[] = [];
  readonly #sequenceOfId = new Map<string, number>();
  readonly #sequenceOfContent = new Map<string, number>();
  readonly #revisions = new Map<string, number>();
  #recordedAt = '';

  get length(): number {
    return this.#known.length;
  }

  get position(): string {
    return this.#known.at(-1)?.position ?? '0';
  }

  positionOf(sequence: number): string {
    return this.#known[sequence]?.position ?? '0';
  }

  /** What came into the log after the first `from` events, as a follower must see it. */
  changesFrom(from: number, wants: (type: string) => boolean = () => true): Seen[] {
    return this.#known
      .slice(from)
      .filter(({ type }) => wants(type))
      .map(({ id, position }) => ({ id, position }));
  }

  /** Takes in what the log holds after `position`; every event in it must be new. */
  take(entries: readonly Entry[]): Problem[] {
    return entries.flatMap((entry) => this.#takeOne(entry));
  }

  /** Compares the whole log with what is known of it; `entries` is all of it. */
  compare(entries: readonly Entry[]): Problem[] {
    const problems: Problem[] = [];
    const ids = new Set(entries.map(({ id }) => id));
    if (ids.size < entries.length) problems.push(doubled('the whole log holds an id twice'));
    for (const [sequence, known] of this.#known.entries()) {
      const found = entries[sequence];
      const what = `event ${known.id} at position ${known.position}`;
      if (!ids.has(known.id)) problems.push(lost(`${what}, which was read before`));
      else if (found?.digest !== known.digest) problems.push(other(`${what} is not as it was`));
    }
    return problems;
  }

  /** Every acknowledged write stands in the log: by its id, at its place, with its content. */
  holds(acknowledged: readonly Acknowledged[]): Problem[] {
    return acknowledged.flatMap(({ eventId, position, post }) => {
      const byId = this.#sequenceOfId.get(eventId);
      const byContent = this.#sequenceOfContent.get(post.content);
      if (byId === undefined || byContent === undefined) {
        return [lost(`"${post.content}", acknowledged as ${eventId} at position ${position}`)];
      }
      if (byId === byContent && this.positionOf(byId) === position) return [];
      return [other(`"${post.content}" stands elsewhere than its receipt says`)];
    });
  }

  #takeOne(entry: Entry): Problem[] {
    const { id, type, stream, revision, position, sequence, digest, metadata } = entry;
    const problems: Problem[] = [];
    const where = `position ${position}`;
    if (sequence !== this.length) {
      problems.push(other(`${where} has number ${sequence} where ${this.length} is due`));
    }
    if (BigInt(position) <= BigInt(this.position)) problems.push(other(`${where} is out of order`));
    if (this.#sequenceOfId.has(id)) problems.push(doubled(`event ${id} at ${where}`));
    const content = contentOf(entry);
    if (content !== undefined && this.#sequenceOfContent.has(content)) {
      problems.push(doubled(`"${content}" at ${where}`));
    }
    const due = (this.#revisions.get(stream) ?? -1) + 1;
    if (revision !== due) problems.push(other(`${where} has revision ${revision}, not ${due}`));
    if (metadata.recordedAt < this.#recordedAt) problems.push(other(`${where}: time fell`));
    if (content !== undefined) this.#sequenceOfContent.set(content, this.length);
    this.#sequenceOfId.set(id, this.length);
    this.#revisions.set(stream, revision);
    this.#recordedAt = metadata.recordedAt;
    this.#known.push({ id, position, digest, type });
    return problems;
  }
}

/** Compares what a follower saw with what it had to see: each change once, in order. */
export function checkSeen(who: string, seen: readonly Seen[], due: readonly Seen[]): Problem[] {
  const spelled = (changes: readonly Seen[]) =>
    changes.map(({ id, position }) => `${position} ${id}`);
  const [saw, wanted] = [spelled(seen), spelled(due)];
  const counts = new Map<string, number>();
  for (const one of saw) counts.set(one, (counts.get(one) ?? 0) + 1);
  const all = new Set(wanted);
  const problems = [
    ...wanted.filter((one) => !counts.has(one)).map((one) => skipped(`${who}: ${one}`)),
    ...[...counts].flatMap(([one, count]) => (count > 1 ? [doubled(`${who}: ${one}`)] : [])),
    ...[...counts.keys()].filter((one) => !all.has(one)).map((one) => other(`${who} saw ${one}`)),
  ];
  const isInOrder = saw.every((one, index) => one === wanted[index]);
  return problems.length === 0 && !isInOrder
    ? [other(`${who} saw changes in another order`)]
    : problems;
}

/**
 * What differs between views that followed the log through the crashes and views made of the log
 * alone; and how many rows were compared. For a data directory that no server holds.
 */
export async function checkViews(
  dataDir: string,
  address: string,
): Promise<{ problems: Problem[]; rows: number }> {
  const log = await openLogReader(readLogAddress(address, dataDir));
  try {
    const folder = join(dataDir, 'verification');
    const { models } = await verifyViews({ log, viewsFile: viewsFileIn(dataDir), folder });
    const wrong = models.filter(({ equal }) => !equal);
    return {
      problems: wrong.map((model) => other(`views differ: ${JSON.stringify(model)}`)),
      rows: models.reduce((sum, { rows }) => sum + rows, 0),
    };
  } finally {
    await log.close();
  }
}

/** What differs between the state hashes of views that were live and of those built anew. */
export function compareModels(before: readonly ModelState[], after: readonly ModelState[]) {
  const spelled = (models: readonly ModelState[]) => JSON.stringify(models);
  return before.length > 0 && spelled(before) === spelled(after)
    ? []
    : [other(`state hashes differ: ${spelled(before)} <> ${spelled(after)}`)];
}

const lost = (what: string): Problem => ({ kind: 'lost', what });
const doubled = (what: string): Problem => ({ kind: 'doubled', what });
const skipped = (what: string): Problem => ({ kind: 'skipped', what });
export const other = (what: string): Problem => ({ kind: 'other', what });
