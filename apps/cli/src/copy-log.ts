import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Text } from '@ledger/domain';
import { openLog, shownAddress, type LogAddress } from '@ledger/engines';
import type { EventLog, EventLogReader } from '@ledger/event-log';
import { appendInOrder } from './append-in-order.js';
import { compareLogs, digestLog, pagesOf, type Digested } from './compare-logs.js';
import type { Interruption } from './interruption.js';
import { isSamePlace, openSource, openStanding } from './places.js';
import type { Done, ProgressBars } from './progress.js';
import { Refusal } from './refusal.js';

export type CopyJob = {
  from: LogAddress;
  to: LogAddress;
  /** Events to copy, counted from the first; default all that the source holds at the start. */
  count?: number;
  /** What to say of a target that holds events already; default: it may hold our first ones. */
  refuseStanding?: (standing: number) => Refusal;
  /** How an interrupted copy goes on. */
  goOn: Text;
  /** Called once when everything is judged and before the first write. */
  beforeWriting?: () => Promise<void>;
  bars: ProgressBars;
  interruption: Interruption;
};

/** What now stands at the target: `events` in all, of which `added` by this run. */
export type Copied = {
  events: number;
  added: number;
  /** Of the last event; `"0"` and null when there is none. */
  position: string;
  recordedAt: string | null;
  /** See `compare-logs.ts` for what it is taken over. */
  sha256: string;
  /** What the source gained while it was copied. */
  sourceGained: number;
};

/**
 * Copies a log as it stands at the start, in its order and byte for byte, and then reads both again
 * to compare them. The target is empty or holds the beginning of the same log, so an interrupted
 * copy goes on; anything else is refused before anything is written.
 */
export async function copyLog(job: CopyJob): Promise<Copied> {
  const { from, to } = job;
  if (isSamePlace(from, to)) {
    throw new Refusal({
      zh: `来源和目标是同一处（${shownAddress(to)}）；请另选目标。`,
      en: `Source and target are the same place (${shownAddress(to)}); choose another target.`,
    });
  }
  const source = await openSource(from);
  try {
    const count = job.count ?? (await source.head()).sequence + 1;
    const standing = await judgeTarget(job, source, count);
    await job.beforeWriting?.();
    if (standing < count || count === 0) await write(job, source, { standing, count });
    const verified = await verify(job, source, count);
    const sourceGained = (await source.head()).sequence + 1 - count;
    return { ...verified, added: count - standing, sourceGained };
  } finally {
    await source.close();
  }
}

/** How many events stand at the target already; refuses a target that is no beginning of ours. */
async function judgeTarget(job: CopyJob, source: EventLogReader, count: number): Promise<number> {
  const target = await openStanding(job.to);
  if (target === undefined) return 0;
  try {
    const standing = (await target.head()).sequence + 1;
    if (standing > 0 && job.refuseStanding !== undefined) throw job.refuseStanding(standing);
    const common = Math.min(standing, count);
    const { differsAt } = await job.bars('comparing', (at) =>
      compareLogs(source, target, common, (events) => {
        at(events, common);
        job.interruption.check(() => interruptedAt(job, standing, count));
      }),
    );
    if (differsAt === undefined && standing <= count) return standing;
    throw differsAt === undefined
      ? longer(job.to, standing, count)
      : anotherLedger(job.to, differsAt + 1);
  } finally {
    await target.close();
  }
}

function longer(to: LogAddress, standing: number, count: number): Refusal {
  const where = shownAddress(to);
  const position = count + 1;
  return new Refusal({
    zh: `${where} 有 ${standing} 个事件，比来源的 ${count} 个多（自位置 ${position} 起）；请选一个空的目标。`,
    en:
      `${where} holds ${standing} events, more than the ${count} of the source ` +
      `(from position ${position} on); choose an empty target.`,
  });
}

function anotherLedger(to: LogAddress, position: number): Refusal {
  const where = shownAddress(to);
  return new Refusal({
    zh: `${where} 是另一个账本：自位置 ${position} 起与来源不同；请选一个空的目标。`,
    en:
      `${where} holds another ledger: it differs from the source at position ${position}; ` +
      'choose an empty target.',
  });
}

function interruptedAt({ to, goOn }: CopyJob, standing: number, count: number): Text {
  const where = shownAddress(to);
  return {
    zh: `已中断：${where} 已有 ${count} 个事件中的 ${standing} 个；${goOn.zh}`,
    en: `Interrupted: ${standing} of ${count} events stand in ${where}; ${goOn.en}`,
  };
}

type Span = { standing: number; count: number };

async function write(job: CopyJob, source: EventLogReader, span: Span): Promise<void> {
  const { standing, count } = span;
  const copyInto = async (log: EventLog, at: Done): Promise<void> => {
    const head = await log.head();
    if (head.sequence + 1 !== standing) throw grownMeanwhile(job.to);
    let done = standing;
    for await (const page of pagesOf(source, { start: standing, end: count })) {
      await appendInOrder(log, job.to, page);
      done += page.length;
      at(done - standing, count - standing);
      job.interruption.check(() => interruptedAt(job, done, count));
    }
  };
  await job.bars('copying', (at) => withTarget(job.to, (log) => copyInto(log, at)));
}

/**
 * What a process keeps beside an EventStoreDB goes to a directory that is removed: the one of this
 * machine's own server is none of ours.
 */
async function withTarget(to: LogAddress, work: (log: EventLog) => Promise<void>): Promise<void> {
  if (to.engine === 'sqlite') return withLog(to, work);
  const scratch = mkdtempSync(join(tmpdir(), 'ledger-copy-'));
  try {
    await withLog({ ...to, dataDir: scratch }, work);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function withLog(to: LogAddress, work: (log: EventLog) => Promise<void>): Promise<void> {
  const log = await openLog(to, { onNotice: (text) => console.error(text) });
  try {
    await work(log);
  } finally {
    await log.close();
  }
}

type Verified = Pick<Copied, 'events' | 'position' | 'recordedAt' | 'sha256'>;

/** Reads both logs anew: what was written is judged by what a later reader will find. */
async function verify(job: CopyJob, source: EventLogReader, count: number): Promise<Verified> {
  const target = await openStanding(job.to);
  if (target === undefined) {
    if (count > 0) throw notEqual(job.to, 1);
    return placed(await digestLog(source, 0));
  }
  try {
    const compared = await job.bars('verifying', (at) =>
      compareLogs(source, target, count, (events) => {
        at(events, count);
        job.interruption.check(() => interruptedAt(job, count, count));
      }),
    );
    const isWhole = compared.differsAt === undefined;
    if (isWhole && (await target.head()).sequence + 1 === count) return placed(compared);
    throw notEqual(job.to, (compared.differsAt ?? count) + 1);
  } finally {
    await target.close();
  }
}

function placed({ events, sha256, last }: Digested): Verified {
  const recordedAt = last?.metadata.recordedAt ?? null;
  return { events, position: last?.position ?? '0', recordedAt, sha256 };
}

function notEqual(to: LogAddress, position: number): Refusal {
  const where = shownAddress(to);
  return new Refusal({
    zh: `复制后核对不符：${where} 在位置 ${position} 与来源不同；不要使用它，请复制到空的目标。`,
    en:
      `The copy is not equal: ${where} differs from the source at position ${position}; ` +
      'do not use it, and copy to an empty target.',
  });
}

function grownMeanwhile(to: LogAddress): Refusal {
  const where = shownAddress(to);
  return new Refusal({
    zh: `核对之后有人写入了 ${where}；请停止对它的写入后重试。`,
    en: `${where} was written to after it was compared; stop its writers and try again.`,
  });
}
