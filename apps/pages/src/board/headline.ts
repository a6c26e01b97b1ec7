import type { Board, BoardItem, MilestoneStatus } from '../board-types.js';
import { areaInWords } from '../figure/gloss.js';
import type { Language, Say } from '../text/catalogue.js';
import { landFunnel } from './funnel.js';
import type { FunnelPart, FunnelStage } from './funnel.js';

/** A piece of the headline; with `item` it is a figure and leads to where the figure stands. */
export type Segment = { text: string; item?: string };

/**
 * The sentence that says the most in five seconds: what was signed, vacated and demolished, and
 * the land handed over after a semicolon because it is counted otherwise. Parts without a figure
 * are left out; empty when no part has one.
 */
export function headline(board: Board, language: Language, say: Say): Segment[] {
  const funnel = landFunnel(board);
  if (funnel === undefined) return [];
  const stages = funnel.stages.flatMap((stage) => part(stage, language, say));
  const apart = funnel.apart === undefined ? [] : part(funnel.apart, language, say);
  if (stages.length === 0 && apart.length === 0) return [];
  const segments = [...joined(stages, say('headline.comma'))];
  if (stages.length > 0 && apart.length > 0) segments.push({ text: say('headline.semicolon') });
  segments.push(...apart, { text: say('headline.stop') });
  return [...subject(board, funnel.stages, language, say), ...segments];
}

/** How many milestones stand in which status; only statuses that occur. */
export function milestoneCounts(board: Board): { status: MilestoneStatus; count: number }[] {
  const order: MilestoneStatus[] = ['reached', 'ongoing', 'planned', 'revoked'];
  const all = board.highlights.flatMap(({ items }) => items);
  return order
    .map((status) => ({
      status,
      count: all.filter((item) => item.kind === 'milestone' && item.status === status).length,
    }))
    .filter(({ count }) => count > 0);
}

/** Figures whose correction the ledger took on this calendar day of Shanghai. */
export function correctedOn(board: Board, day: string): BoardItem[] {
  return board.highlights
    .flatMap(({ items }) => items)
    .filter(
      (item) =>
        item.kind === 'metric' &&
        item.values.some((value) => value.corrected && shanghaiDay(value.recordedAt) === day),
    );
}

export function shanghaiDay(instant: string | number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(instant));
}

function part(stage: FunnelStage, language: Language, say: Say): Segment[] {
  const area = stage.quantity && areaInWords(stage.quantity, language);
  if (area === undefined) return [];
  return [{ text: say(messages[stage.part], { area }), item: stage.metric.id }];
}

const messages = {
  signed: 'headline.signed',
  vacated: 'headline.vacated',
  demolished: 'headline.demolished',
  land: 'headline.land',
} as const satisfies { [part in FunnelPart]: string };

function subject(board: Board, stages: FunnelStage[], language: Language, say: Say): Segment[] {
  const reform = stages[0]?.metric.reform;
  const known = board.highlights.flatMap(({ reforms }) => reforms);
  const names = known.find(({ id }) => id === reform)?.names;
  return names === undefined ? [] : [{ text: names[language] + say('headline.colon') }];
}

function joined(segments: Segment[], separator: string): Segment[] {
  return segments.flatMap((segment, index) =>
    index === 0 ? [segment] : [{ text: separator }, segment],
  );
}
