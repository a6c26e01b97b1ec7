import { validOn } from '@ledger/domain';
import type { LedgerEvent } from '@ledger/event-log';
import fc from 'fast-check';
import type { BoardMetric, TimelineEntry } from './answers.js';
import { everyAnswer } from './every-answer.js';
import { Workspace } from './fixtures.js';
import {
  days,
  live,
  manySteps,
  metrics,
  metricsKnownAt,
  RandomLedger,
  seriesKeys,
  steps,
  type Step,
} from './random-history.js';
import type { Views } from './views.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`read-models properties: FC_SEED=${seed}`);

async function check<Given>(property: fc.IAsyncProperty<Given>, numRuns: number): Promise<void> {
  await fc.assert(property, { seed, numRuns });
}

/** Every question of the views about what was known then, as the bytes that a reader would get. */
const answers = (views: Views, knownAt: string): object[] =>
  [undefined, '2021-06-30', '2021-08-25'].map((validAt) =>
    everyAnswer(views, { knownAt, ...(validAt !== undefined && { validAt }) }),
  );

const grid = (events: number): string[] =>
  Array.from({ length: events + 1 }, (_, position) => String(position));

async function within<T>(work: (place: Workspace, ledger: RandomLedger) => Promise<T>): Promise<T> {
  const place = new Workspace();
  try {
    const ledger = new RandomLedger();
    await ledger.begin();
    return await work(place, ledger);
  } finally {
    place.remove();
  }
}

async function takeAll(ledger: RandomLedger, taken: Step[]): Promise<void> {
  for (const step of taken) await ledger.take(step);
}

const history = (ledger: RandomLedger): Promise<LedgerEvent[]> =>
  ledger.log.readAll({ after: '0', limit: 1_000 });

describe('for every history', () => {
  it('views rebuilt from the log are the live ones, row by row and answer by answer', async () => {
    const batches = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 });
    await check(
      fc.asyncProperty(steps(40), batches, (taken, sizes) =>
        within(async (place, ledger) => {
          for (const [turn, step] of taken.entries()) {
            await ledger.take(step);
            const batch = sizes[turn % sizes.length] ?? 1;
            if (turn % batch === 0) await place.projector(ledger.log, { batch }).catchUp();
          }
          const livingViews = await place.viewsOf(ledger);
          const rebuiltViews = await place.rebuiltViewsOf(ledger);

          expect(place.rows()).toEqual(place.rows(place.rebuiltFile));
          for (const knownAt of grid(Number(ledger.position))) {
            expect(answers(livingViews, knownAt)).toEqual(answers(rebuiltViews, knownAt));
          }
          expect(livingViews.changesAfter('0', 1_000)).toEqual(
            rebuiltViews.changesAfter('0', 1_000),
          );
        }),
      ),
      15,
    );
  });

  it('answers about the past stay the same bytes, whatever is recorded later', async () => {
    await check(
      fc.asyncProperty(manySteps(20), manySteps(20), (before, after) =>
        within(async (place, ledger) => {
          await takeAll(ledger, before);
          const views = await place.viewsOf(ledger);
          const positions = grid(Number(ledger.position)).filter((_, index) => index % 2 === 0);
          const then = positions.map((knownAt) => answers(views, knownAt));

          await takeAll(ledger, after);
          await place.projector(ledger.log).catchUp();

          expect(views.projectedPosition()).toBe(ledger.position);
          expect(positions.map((knownAt) => answers(views, knownAt))).toEqual(then);
        }),
      ),
      15,
    );
  });

  it('the timeline says what a plain fold of the events known then says', async () => {
    await check(
      fc.asyncProperty(steps(40), (taken) =>
        within(async (place, ledger) => {
          await takeAll(ledger, taken);
          const views = await place.viewsOf(ledger);
          const events = await history(ledger);

          for (const knownAt of grid(events.length)) {
            const states = metricsKnownAt(events, Number(knownAt));
            for (const metric of metrics) {
              const standing = seriesKeys.flatMap((series) => live(states.get(metric), series));
              const ids = standing.map(({ event }) => event).sort();
              const latest = views.timeline({ metric, knownAt, view: 'latest' });
              const all = views.timeline({ metric, knownAt, view: 'asReported' });

              expect(eventsOf(latest?.entries).sort()).toEqual(ids);
              expect(eventsOf(all?.entries.filter((one) => one.live)).sort()).toEqual(ids);
              expect(eventsOf(all?.entries)).toEqual(
                statementsOf(events.slice(0, Number(knownAt)), metric),
              );
            }
          }
        }),
      ),
      15,
    );
  });

  it('the board shows of each series what a plain fold finds latest', async () => {
    await check(
      fc.asyncProperty(steps(40), (taken) =>
        within(async (place, ledger) => {
          await takeAll(ledger, taken);
          const views = await place.viewsOf(ledger);
          const events = await history(ledger);

          for (const knownAt of grid(events.length)) {
            const states = metricsKnownAt(events, Number(knownAt));
            for (const validAt of days) {
              const { highlights } = views.board({ knownAt, validAt });
              const shown = highlights
                .flatMap(({ items }) => items)
                .filter((item): item is BoardMetric => item.kind === 'metric');
              const expected = metrics.filter((metric) => {
                const state = states.get(metric);
                if (state === undefined || state.status === 'none') return false;
                return state.status === 'defined' || state.retiredOn > validAt;
              });

              expect(shown.map(({ id }) => id).sort()).toEqual([...expected].sort());
              for (const { id, values, absence } of shown) {
                const latest = seriesKeys.flatMap((series) =>
                  latestOf(live(states.get(id), series), validAt, events),
                );
                expect(values.map(({ eventId }) => eventId).sort()).toEqual(latest.sort());
                expect(absence).toBe(
                  absenceOf(events.slice(0, Number(knownAt)), id, validAt, latest),
                );
              }
            }
          }
        }),
      ),
      10,
    );
  });
});

const eventsOf = (entries: TimelineEntry[] | undefined): string[] =>
  (entries ?? []).map(({ eventId }) => eventId);

const isStatement = ({ type, stream }: LedgerEvent, metric: string): boolean =>
  type.startsWith('Observation') && stream === `metric-${metric}`;

const statementsOf = (events: LedgerEvent[], metric: string): string[] =>
  events.filter((event) => isStatement(event, metric)).map(({ id }) => id);

/** Of what stands up to a day: the latest valid day, then the higher position. */
function latestOf(
  standing: ReturnType<typeof live>,
  validAt: string,
  events: LedgerEvent[],
): string[] {
  const place = (id: string) => events.findIndex((event) => event.id === id);
  const [latest] = standing
    .filter(({ time }) => validOn(time) <= validAt)
    .sort(
      (a, b) =>
        validOn(b.time).localeCompare(validOn(a.time), 'en') || place(b.event) - place(a.event),
    );
  return latest === undefined ? [] : [latest.event];
}

function absenceOf(
  events: LedgerEvent[],
  metric: string,
  validAt: string,
  latest: string[],
): BoardMetric['absence'] {
  if (latest.length > 0) return undefined;
  const said = events.some((event) => isStatement(event, metric) && dayOf(event) <= validAt);
  return said ? 'withdrawn' : 'missing';
}

/** The last day that an observation's time names, read from the entry itself. */
function dayOf({ entry }: LedgerEvent): string {
  const { time }: { time: { asOf?: string; end?: string } } = JSON.parse(entry).data;
  return time.asOf ?? time.end ?? '';
}
