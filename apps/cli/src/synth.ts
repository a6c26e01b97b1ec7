import { openLog, shownAddress, type LogAddress } from '@ledger/engines';
import { encodeEntry, type EventLog, type LedgerEvent } from '@ledger/event-log';
import {
  MAX_EVENTS,
  MAX_METRICS,
  syntheticHistory,
  type SyntheticOptions,
  type Told,
} from '@ledger/synthetic';
import { appendInOrder } from './append-in-order.js';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { pagesOf } from './compare-logs.js';
import { SAME_COMMAND } from './copy.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { openStanding } from './places.js';
import { progressBars, type Done, type ProgressBars } from './progress.js';
import { Refusal } from './refusal.js';

const PAGE_EVENTS = 4_000;
const MAX_SEED = 4_294_967_295;

type Job = {
  to: LogAddress;
  options: SyntheticOptions;
  bars: ProgressBars;
  interruption: Interruption;
};

/** Writes a made-up history into an empty ledger, or goes on with one that was interrupted. */
export async function synth(invocation: Invocation): Promise<number> {
  const options = readOptions(invocation);
  const to = readAddress(invocation.log, invocation);
  const interruption = catchInterruption(EXIT.interrupted);
  try {
    const job: Job = { to, options, bars: progressBars(invocation), interruption };
    const standing = await judgeStanding(job);
    const last = standing < options.events ? await write(job, standing) : undefined;
    print(job, standing, last, invocation);
    return EXIT.done;
  } finally {
    interruption.end();
  }
}

function readOptions({ events, seed = '1', metrics }: Invocation): SyntheticOptions {
  if (events === undefined) throw new UsageError(`Say how many: synth --events N (${BOUNDS})`);
  const options = {
    events: wholeNumber('events', events, 1, MAX_EVENTS),
    seed: wholeNumber('seed', seed, 0, MAX_SEED),
    ...(metrics !== undefined && { metrics: wholeNumber('metrics', metrics, 1, MAX_METRICS) }),
  };
  try {
    syntheticHistory(options);
  } catch (fault) {
    throw fault instanceof RangeError ? new UsageError(`--${fault.message}`) : fault;
  }
  return options;
}

const BOUNDS = `1 to ${MAX_EVENTS}`;

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} is a whole number from ${least} to ${most}, not "${text}".`);
}

/** The events of the history as the log will hold them. */
function* entriesOf(options: SyntheticOptions): Generator<LedgerEvent> {
  let sequence = 0;
  for (const told of syntheticHistory(options)) {
    yield asLedgerEvent(told, sequence);
    sequence += 1;
  }
}

function asLedgerEvent({ stream, revision, event }: Told, sequence: number): LedgerEvent {
  const entry = encodeEntry({ ...event, stream, revision });
  return { ...event, stream, revision, sequence, position: String(sequence + 1), entry };
}

/** How many events stand there already; refuses whatever is no beginning of this very history. */
async function judgeStanding(job: Job): Promise<number> {
  const target = await openStanding(job.to);
  if (target === undefined) return 0;
  try {
    const standing = (await target.head()).sequence + 1;
    const { events } = job.options;
    if (standing > events) throw notEmpty(job.to, standing, events + 1);
    const history = entriesOf(job.options);
    await job.bars('comparing', async (at) => {
      for await (const page of pagesOf(target, { end: standing })) {
        for (const { entry, sequence } of page) {
          if (history.next().value?.entry === entry) continue;
          throw notEmpty(job.to, standing, sequence + 1);
        }
        at((page.at(-1)?.sequence ?? 0) + 1, standing);
        job.interruption.check(() => interruptedAt(job, standing));
      }
    });
    return standing;
  } finally {
    await target.close();
  }
}

async function write(job: Job, standing: number): Promise<LedgerEvent | undefined> {
  const log = await openLog(job.to, { onNotice: (text) => console.error(text) });
  try {
    if ((await log.head()).sequence + 1 !== standing) throw grownMeanwhile(job.to);
    return await job.bars('writing', (at) => writeInto(log, job, standing, at));
  } finally {
    await log.close();
  }
}

/**
 * A page is durable before the next one is handed over, so an interruption leaves a beginning; the
 * next one is made up meanwhile.
 */
async function writeInto(
  log: EventLog,
  { to, options, interruption }: Job,
  standing: number,
  at: Done,
): Promise<LedgerEvent | undefined> {
  const { events } = options;
  let page: LedgerEvent[] = [];
  let durable = standing;
  let last: LedgerEvent | undefined;
  let handedOver = Promise.resolve();
  const settle = async () => {
    await handedOver;
    durable = last === undefined ? standing : last.sequence + 1;
    at(durable - standing, events - standing);
  };
  for (const event of entriesOf(options)) {
    if (event.sequence < standing) continue;
    page.push(event);
    if (page.length < PAGE_EVENTS && event.sequence + 1 < events) continue;
    await settle();
    interruption.check(() => interruptedAt({ to, options }, durable));
    handedOver = appendInOrder(log, to, page);
    last = event;
    page = [];
  }
  await settle();
  return last;
}

type Where = Pick<Job, 'to' | 'options'>;

function interruptedAt({ to, options }: Where, standing: number) {
  const where = shownAddress(to);
  return {
    zh: `已中断：${where} 已有 ${options.events} 个事件中的 ${standing} 个；${SAME_COMMAND.zh}`,
    en: `Interrupted: ${standing} of ${options.events} events stand in ${where}; ${SAME_COMMAND.en}`,
  };
}

function notEmpty(to: LogAddress, standing: number, position: number): Refusal {
  const where = shownAddress(to);
  return new Refusal({
    zh:
      `${where} 已有 ${standing} 个事件，自位置 ${position} 起与这份演示数据不同；` +
      '演示数据只写入空的账本，请用 --data 另选目录。',
    en:
      `${where} holds ${standing} events and differs from this history at position ${position}; ` +
      'synthetic events go into an empty ledger only: name another directory with --data.',
  });
}

function grownMeanwhile(to: LogAddress): Refusal {
  const where = shownAddress(to);
  return new Refusal({
    zh: `核对之后有人写入了 ${where}；请停止对它的写入后重试。`,
    en: `${where} was written to after it was compared; stop its writers and try again.`,
  });
}

function print(
  { to, options }: Where,
  standing: number,
  last: LedgerEvent | undefined,
  { json, language }: Invocation,
): void {
  const where = shownAddress(to);
  const { events, seed } = options;
  const added = events - standing;
  const recordedAt = last?.metadata.recordedAt ?? null;
  if (json) {
    console.log(JSON.stringify({ to: where, events, added, seed, recordedAt }));
    return;
  }
  const until = recordedAt?.slice(0, 10) ?? '';
  console.log(
    language === 'zh'
      ? `${where}：共 ${events} 个演示事件（种子 ${seed}），本次写入 ${added} 个` +
          `${until && `，最后入账于 ${until}`}。均标为虚构；不再需要时改用另一个数据目录即可。`
      : `${where}: ${events} synthetic events (seed ${seed}), ${added} written now` +
          `${until && `, the last recorded on ${until}`}. All are marked as made up; when they are ` +
          'no longer wanted, use another data directory.',
  );
}
