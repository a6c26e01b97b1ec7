import fc from 'fast-check';
import type { TimelineEntry, TimelineView } from '../../answers.js';
import { Workspace } from '../../fixtures.js';
import { days, metrics, RandomLedger, steps, type Step } from '../../random-history.js';
import type { TimelineRequest, Views } from '../../views.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`timeline-page: FC_SEED=${seed}`);

function everyPage(views: Views, request: TimelineRequest, limit: number): TimelineEntry[][] {
  const pages: TimelineEntry[][] = [];
  let next: string | null | undefined = null;
  do {
    const page = views.timelinePage({ ...request, limit, ...(next && { after: next }) });
    pages.push(page?.entries ?? []);
    next = page?.next;
  } while (next);
  return pages;
}

async function withHistory(taken: Step[], work: (views: Views, head: string) => void) {
  const place = new Workspace();
  try {
    const ledger = new RandomLedger();
    await ledger.begin();
    for (const step of taken) await ledger.take(step);
    work(await place.viewsOf(ledger), ledger.position);
  } finally {
    place.remove();
  }
}

describe('the pages of a timeline', () => {
  it('are together the timeline, whatever their size, the view, the range and the moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps(40),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom<TimelineView>('latest', 'asReported'),
        fc.boolean(),
        fc.nat(),
        (taken, limit, view, inRange, moment) =>
          withHistory(taken, (views, head) => {
            const knownAt = String(moment % (Number(head) + 1));
            const range = inRange && { validFrom: days[1] ?? '', validTo: days[2] ?? '' };
            for (const metric of metrics) {
              const request = { metric, knownAt, view, ...range };
              const whole = views.timeline(request)?.entries ?? [];

              const pages = everyPage(views, request, limit);

              expect(pages.flat()).toEqual(whole);
              expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
            }
          }),
      ),
      { seed, numRuns: 30 },
    );
  });

  it.each<[TimelineView, string]>([
    ['latest', '2021-08-26'],
    ['latest', 'x/1'],
    ['asReported', '2021-08-26/1'],
    ['asReported', '-1'],
  ])('of %s do not go on from "%s", which none of them gave out', async (view, after) => {
    await withHistory([], (views, knownAt) => {
      const request = { metric: metrics[0] ?? '', knownAt, view, limit: 1, after };

      expect(() => views.timelinePage(request)).toThrow(
        expect.objectContaining({ code: 'POSITION_INVALID' }),
      );
    });
  });

  it('are unknown for a metric that is', async () => {
    await withHistory([], (views, knownAt) => {
      const request = { metric: 'no-such-metric', knownAt, view: 'latest', limit: 1 } as const;

      expect(views.timelinePage(request)).toBeUndefined();
    });
  });
});
