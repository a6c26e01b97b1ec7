import { join } from 'node:path';
import { isLocalDate } from '@ledger/domain';
import { comparePositions, type EventLogReader } from '@ledger/event-log';
import {
  isModelName,
  MODEL_NAMES,
  replayModels,
  viewsFileIn,
  type Replayed,
} from '@ledger/read-models';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { instantOf, isPositionText } from './moments.js';
import { openSource } from './places.js';
import { progressBars, type ProgressBars } from './progress.js';
import { Refusal } from './refusal.js';
import { differenceSince, type Since } from './replay-diff.js';
import { compareWithLive, type LiveComparison } from './replay-live.js';
import { printReplayed } from './replay-print.js';
import { Scratch } from './scratch.js';

/** What `replay --at` found out. */
export type Found = {
  at: string;
  replayed: Replayed;
  live: LiveComparison | undefined;
  since: Since | undefined;
};

const PAGE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Folds the log up to a position or a time and prints what every read model then was, by its hash.
 * Reads the log alone, also beside a running server; what is made meanwhile stands in a temporary
 * folder, which is removed whatever happens.
 */
export async function replayAt(invocation: Invocation, at: string): Promise<number> {
  const moment = readMoment(at);
  const models = readModels(invocation.models);
  const address = readAddress(invocation.log, invocation);
  const log = await openSource(address);
  const interruption = catchInterruption(EXIT.interrupted);
  const scratch = new Scratch('replay');
  const bars = progressBars(invocation);
  try {
    const until = await positionOf(moment, log, { bars, interruption });
    const replayed = await bars('replaying', (tell) =>
      replayModels({
        log,
        folder: join(scratch.folder, 'replay'),
        until,
        ...(models !== undefined && { models }),
        onProgress: ({ phase, done, total }) => {
          interruption.check(stopped);
          tell(done, total, phase);
        },
      }),
    );
    const live = compareWithLive(viewsFileIn(address.dataDir), replayed);
    const since =
      invocation.diff === true
        ? await bars('looking for changes', (tell) =>
            differenceSince(replayed.position, log, {
              folder: join(scratch.folder, 'difference'),
              onProgress: ({ phase, done, total }) => {
                interruption.check(stopped);
                tell(done, total, phase);
              },
            }),
          )
        : undefined;
    printReplayed({ at, replayed, live, since }, invocation);
    return live?.verdict === 'different' ? EXIT.failed : EXIT.done;
  } finally {
    scratch.remove();
    interruption.end();
    await log.close();
  }
}

const stopped = () => ({
  zh: '重放已停止，未留下任何文件。',
  en: 'The replay was stopped; nothing of it is left.',
});

/** `begins` is when a plain date begins: today's may be asked for, tomorrow's not. */
type Moment = { position: string } | { instant: number; begins: number };

function readMoment(text: string): Moment {
  if (isPositionText(text)) return { position: text };
  const instant = instantOf(text);
  if (instant !== undefined) {
    return { instant, begins: isLocalDate(text) ? instant - DAY_MS : instant };
  }
  throw new UsageError(
    `--at ${text} is neither a position nor a time; ` +
      'write for example 120, 2021-08-26 or 2021-08-26T12:00:00+08:00.',
  );
}

function readModels(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !isModelName(name));
  if (unknown === undefined) return names;
  throw new UsageError(`"${unknown}" is no read model; --models takes ${MODEL_NAMES.join(',')}.`);
}

/**
 * The position for a moment. Where several processes write, times may step back; along the log the
 * highest so far counts, as it does for every reader.
 */
async function positionOf(
  moment: Moment,
  log: EventLogReader,
  { bars, interruption }: { bars: ProgressBars; interruption: Interruption },
): Promise<string> {
  const head = await log.head();
  if ('position' in moment) {
    if (comparePositions(moment.position, head.position) <= 0) return moment.position;
    throw new Refusal({
      zh: `账本到位置 ${head.position} 为止；请用 --at 给出不超过它的位置或时间。`,
      en: `The ledger ends at position ${head.position}; give --at one that is not beyond it.`,
    });
  }
  const { instant, begins } = moment;
  const recorded = head.recordedAt === null ? -Infinity : Date.parse(head.recordedAt);
  if (begins > Math.max(Date.now(), recorded)) {
    throw new Refusal({
      zh: '--at 给出的时间尚未到来；请给出不晚于当前的时间。',
      en: 'The time of --at lies in the future; give one that is not after now.',
    });
  }
  if (recorded <= instant) return head.position;
  return bars('finding the position', async (tell) => {
    for (let after = '0'; ;) {
      interruption.check(stopped);
      const page = await log.readAll({ after, limit: PAGE });
      for (const { position, metadata, sequence } of page) {
        if (Date.parse(metadata.recordedAt) > instant) return after;
        after = position;
        if (sequence % PAGE === 0) tell(sequence, head.sequence + 1);
      }
      if (page.length === 0) return after;
    }
  });
}
