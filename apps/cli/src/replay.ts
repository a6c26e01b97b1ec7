import { asDomainEvent } from '@ledger/application';
import {
  aggregates,
  describeEvent,
  describeState,
  type Category,
  type DomainEvent,
  type EventOf,
  type StateOf,
} from '@ledger/domain';
import { comparePositions, type EventLogReader, type LedgerEvent } from '@ledger/event-log';
import { EXIT, readAddress, UsageError, type Invocation, type Language } from './arguments.js';
import { instantOf, isPositionText } from './moments.js';
import { openSource } from './places.js';
import { replayAt } from './replay-at.js';

const PAGE = 1_000;

/** Event by event in words, or with `--at` the read models as they were then. */
export async function replay(invocation: Invocation): Promise<number> {
  const { at } = invocation;
  const foreign = at === undefined ? (['models', 'diff'] as const) : (['stream', 'until'] as const);
  for (const option of foreign) {
    if (invocation[option] === undefined) continue;
    throw new UsageError(
      at === undefined
        ? `--${option} needs --at, which says up to where the log is folded.`
        : `--${option} does not go with --at, which folds every stream up to one point.`,
    );
  }
  return at === undefined ? replayEvents(invocation) : replayAt(invocation, at);
}

/** Prints each event in words and the state it led to, in log order, up to a position or a time. */
async function replayEvents(invocation: Invocation): Promise<number> {
  const until = readUntil(invocation.until);
  const log = await openSource(readAddress(invocation.log, invocation));
  try {
    const fold = foldAll();
    let shown = 0;
    // Where several processes write, times may step back: only the whole log tells where a time ends.
    const read = isPosition(invocation.until) ? invocation.stream : undefined;
    for await (const event of eventsOf(log, read)) {
      if (!until(event)) break;
      if (invocation.stream !== undefined && event.stream !== invocation.stream) continue;
      console.log(line(event, fold(event), invocation));
      shown += 1;
    }
    if (shown === 0 && invocation.stream !== undefined) {
      throw new Error(`The ledger has no stream ${invocation.stream}, or nothing in it by then.`);
    }
    return EXIT.done;
  } finally {
    await log.close();
  }
}

async function* eventsOf(
  log: EventLogReader,
  stream: string | undefined,
): AsyncIterable<LedgerEvent> {
  let after = '0';
  let from = 0;
  for (;;) {
    const page =
      stream === undefined
        ? await log.readAll({ after, limit: PAGE })
        : await log.readStream(stream, { from, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.position;
    from = last.revision + 1;
  }
}

/** Whether it is no time: a position, or nothing. */
function isPosition(until: string | undefined): boolean {
  return until === undefined || isPositionText(until);
}

/** A position, or an instant with offset; a plain date means the end of that day in Shanghai. */
function readUntil(until: string | undefined): (event: LedgerEvent) => boolean {
  if (until === undefined) return () => true;
  if (isPosition(until)) return ({ position }) => comparePositions(position, until) <= 0;
  const instant = instantOf(until);
  if (instant === undefined) {
    throw new UsageError(
      `--until ${until} is neither a position nor a time; ` +
        'write for example 120, 2021-08-26 or 2021-08-26T12:00:00+08:00.',
    );
  }
  return ({ metadata }) => Date.parse(metadata.recordedAt) <= instant;
}

type Outcome = { words: (language: Language) => string; state: (language: Language) => string[] };

/** Folds every stream that comes by; the answer describes the event and what it led to. */
function foldAll(): (event: LedgerEvent) => Outcome {
  const folds: { [C in Category]: (event: LedgerEvent) => Outcome } = {
    metric: foldOf('metric'),
    milestone: foldOf('milestone'),
    reform: foldOf('reform'),
    unit: foldOf('unit'),
    projection: foldOf('projection'),
  };
  return (event) => {
    const category = event.stream.slice(0, event.stream.indexOf('-'));
    if (!isCategory(category))
      throw new Error(`The stream ${event.stream} is of no known category.`);
    return folds[category](event);
  };
}

function isCategory(name: string): name is Category {
  return name in aggregates;
}

function foldOf<C extends Category>(category: C): (event: LedgerEvent) => Outcome {
  const states = new Map<string, StateOf[C]>();
  const aggregate = aggregates[category];
  return (event) => {
    const before = states.get(event.stream) ?? aggregate.initial();
    const state = aggregate.evolve(before, asDomainEvent<EventOf[C]>(event));
    states.set(event.stream, state);
    return {
      words: (language) => describeEvent(asDomainEvent<DomainEvent>(event), language),
      state: (language) => describeState(category, state, language),
    };
  };
}

function line(event: LedgerEvent, { words, state }: Outcome, invocation: Invocation): string {
  const { position, sequence, stream, revision, type, id, metadata, data } = event;
  const { recordedAt, actor, reason } = metadata;
  const { language } = invocation;
  if (invocation.json) {
    const said = { words: words(language), state: state(language) };
    const place = { position, sequence, stream, revision, type, id, recordedAt, actor };
    return JSON.stringify({ ...place, ...(reason === undefined ? {} : { reason }), ...said, data });
  }
  const because =
    reason === undefined ? '' : `  ${language === 'zh' ? '原因' : 'reason'}: ${reason}`;
  return [
    `#${position}  ${recordedAt}  ${stream} @${revision}  ${type}  ${actor.unit}/${actor.id}`,
    `    ${words(language)}${because}`,
    ...state(language).map((text) => `    → ${text}`),
  ].join('\n');
}
