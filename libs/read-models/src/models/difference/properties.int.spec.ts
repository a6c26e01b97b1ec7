import fc from 'fast-check';
import type { BoardMetric, MilestoneStatus } from '../../answers.js';
import { Workspace } from '../../fixtures.js';
import { openQueries, type Queries } from '../../reading.js';
import { days, RandomLedger, steps, type Step } from '../../random-history.js';
import type { Views } from '../../views.js';
import { seriesText } from '../timeline/statement.js';
import { difference, type DifferenceQuestion } from './difference.js';
import type { DifferenceItem } from './shapes.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`difference properties: FC_SEED=${seed}`);

type Given = { views: Views; queries: Queries; head: number };

async function withHistory(taken: Step[], work: (given: Given) => void): Promise<void> {
  const place = new Workspace();
  try {
    const ledger = new RandomLedger();
    await ledger.begin();
    for (const step of taken) await ledger.take(step);
    const views = await place.viewsOf(ledger);
    const queries = openQueries(place.viewsFile);
    try {
      work({ views, queries, head: Number(ledger.position) });
    } finally {
      queries.database.close();
    }
  } finally {
    place.remove();
  }
}

async function check(run: (given: Given, choose: (most: number) => number) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      steps(40),
      fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
      (taken, picks) =>
        withHistory(taken, (given) => {
          let turn = 0;
          run(given, (most) => (picks[turn++ % picks.length] ?? 0) % (most + 1));
        }),
    ),
    { seed, numRuns: 30 },
  );
}

/** Every item, from pages of one call each. */
function all(queries: Queries, question: Omit<DifferenceQuestion, 'limit'>, limit = 1_000) {
  const items: DifferenceItem[] = [];
  let next: string | null = null;
  do {
    const page = difference(queries, { ...question, limit, ...(next !== null && { after: next }) });
    items.push(...page.items);
    next = page.next;
  } while (next !== null);
  return items;
}

/** Figures by metric and series, and milestones by their status: what a board shows. */
type Shown = { figures: Map<string, Map<string, string>>; milestones: Map<string, string> };

const stageOf = (status: MilestoneStatus, on?: object): string => JSON.stringify([status, on]);

function shownOn(views: Views, knownAt: number, validAt: string | undefined): Shown {
  const shown: Shown = { figures: new Map(), milestones: new Map() };
  const board = views.board({
    knownAt: String(knownAt),
    ...(validAt !== undefined && { validAt }),
  });
  for (const item of board.highlights.flatMap(({ items }) => items)) {
    if (item.kind === 'milestone') shown.milestones.set(item.id, stageOf(item.status, item.on));
    else shown.figures.set(item.id, valuesOf(item));
  }
  return shown;
}

/** Every member that a figure of a comparison has, so that none may differ. */
const valuesOf = ({ values }: BoardMetric): Map<string, string> =>
  new Map(
    values.map(({ series, positions: _positions, ...figure }) => [
      seriesText(series),
      canonical(figure),
    ]),
  );

const canonical = (figure: object): string =>
  JSON.stringify(Object.entries(figure).sort(([left], [right]) => (left < right ? -1 : 1)));

/** Turns what a board showed at the first moment into what it shows at the second. */
function fold(shown: Shown, items: readonly DifferenceItem[]): Shown {
  for (const item of items) {
    if (item.kind === 'milestone') {
      const side = item.new;
      if (!('absence' in side)) shown.milestones.set(item.milestone, stageOf(side.status, side.on));
    } else if (item.kind === 'definition') {
      if (item.subject.kind === 'metric' && item.change === 'registered') {
        shown.figures.set(item.subject.id, new Map());
      }
    } else {
      const values = shown.figures.get(item.metric);
      if ('absence' in item.new) values?.delete(seriesText(item.series));
      else values?.set(seriesText(item.series), canonical(item.new));
    }
  }
  return shown;
}

describe('for every history', () => {
  it('what changed, put onto the board of the first moment, gives that of the second', async () => {
    await check(({ views, queries, head }, choose) => {
      const from = choose(head);
      const to = from + choose(head - from);
      const validAt = [undefined, ...days][choose(days.length)];
      const asked = { from, to, ...(validAt !== undefined && { validAt }) };

      const folded = fold(shownOn(views, from, validAt), all(queries, asked));

      const then = shownOn(views, to, validAt);
      expect(folded.milestones).toEqual(then.milestones);
      for (const [metric, values] of then.figures) {
        expect([metric, folded.figures.get(metric)]).toEqual([metric, values]);
      }
      for (const metric of folded.figures.keys()) {
        // A metric leaves the board by its retirement alone.
        const { status } = views.metric({ id: metric, knownAt: String(to) }) ?? {};
        if (!then.figures.has(metric)) expect(status).toBe('retired');
      }
    });
  });

  it('a moment compared with itself has changed nothing', async () => {
    await check(({ queries, head }, choose) => {
      const moment = choose(head);

      expect(all(queries, { from: moment, to: moment })).toEqual([]);
      expect(all(queries, { from: moment, to: moment, fewEvents: -1 })).toEqual([]);
    });
  });

  it('every item is a change, with its cause and events between the two moments', async () => {
    await check(({ queries, head }, choose) => {
      const from = choose(head);
      const to = from + choose(head - from);

      for (const item of all(queries, { from, to })) {
        if (item.kind === 'figure') expect(item.old).not.toEqual(item.new);
        else expect(item.fields.length).toBeGreaterThan(0);
        const positions = item.events.map(({ position }) => Number(position));
        expect(positions).toContain(Number(item.cause.position));
        expect(Math.min(...positions)).toBeGreaterThan(from);
        expect(Math.max(...positions)).toBeLessThanOrEqual(to);
      }
    });
  });

  it('the events in between and a walk through everything find the same', async () => {
    await check(({ queries, head }, choose) => {
      const from = choose(head);
      const to = from + choose(head - from);

      const few = all(queries, { from, to });

      expect(all(queries, { from, to, fewEvents: -1 })).toEqual(few);
    });
  });

  it('pages and pieces of any size are the whole', async () => {
    await check(({ queries, head }, choose) => {
      const from = choose(head);
      const question = { from, to: head, fewEvents: choose(1) === 0 ? -1 : 1_000 };

      const whole = all(queries, question);

      expect(all(queries, question, 1 + choose(3))).toEqual(whole);
      expect(all(queries, { ...question, work: 1 + choose(20) })).toEqual(whole);
    });
  });

  it('a milestone asked for on a day is what the board of that day shows', async () => {
    await check(({ views, head }, choose) => {
      const knownAt = String(choose(head));
      const validAt = days[choose(days.length - 1)] ?? '';

      const { milestones } = shownOn(views, Number(knownAt), validAt);

      for (const [id, status] of milestones) {
        const found = views.milestone({ id, knownAt, validAt });
        expect(found && stageOf(found.status, found.on)).toBe(status);
      }
    });
  });
});
