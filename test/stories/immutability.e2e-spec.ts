import fc from 'fast-check';
import { LedgerUnderTest, landReform, reformOffice, vacatedArea } from './ledger.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`immutable answers: FC_SEED=${seed}`);

const metric = { ...vacatedArea, kind: 'stock' };
const signed = { ...metric, id: 'signed-area' };
const milestone = {
  id: 'task-force-set-up',
  reform: landReform.id,
  names: { zh: '组建工作专班', en: 'Task force set up' },
};

/** What is asked of each route that takes a moment of knowledge, beside that moment. */
const questions: { [route: string]: string[] } = {
  '/v1/board': [''],
  '/v1/metrics': ['', 'kind=stock&pageSize=1'],
  '/v1/metrics/{id}': [''],
  '/v1/metrics/{id}/timeline': ['view=latest', 'view=asReported&pageSize=2'],
  '/v1/metrics/{id}/series': ['view=latest', 'view=asReported&limit=3'],
  '/v1/metrics/{id}/vintages': ['pageSize=2', 'asKnownOn=5', 'asKnownOn=2021-08-26'],
  '/v1/metrics/{id}/why': ['', 'series=%7B%7D'],
  '/v1/funnels': [`metrics=${signed.id},${metric.id}`],
  '/v1/reforms': [''],
  '/v1/reforms/{id}': [''],
  '/v1/milestones': ['', 'validFrom=2021-07-01&validTo=2021-08-01'],
  '/v1/milestones/{id}': [''],
  '/v1/units': ['pageSize=1'],
  '/v1/units/{id}': [''],
  '/v1/activity': ['pageSize=3', `subject=metric:${metric.id}`],
  '/v1/diff': ['from=0', 'from=1&pageSize=1'],
};
const ids: { [collection: string]: string } = {
  metrics: metric.id,
  reforms: landReform.id,
  milestones: milestone.id,
  units: reformOffice.id,
};
const days = ['2021-06-30', '2021-07-31', '2021-08-26'];

type Step = {
  does: 'report' | 'correct' | 'withdraw' | 'revise' | 'break' | 'turn' | 'rename' | 'stage';
  day: number;
  amount: number;
};
const step: fc.Arbitrary<Step> = fc.record({
  does: fc.oneof(
    { weight: 4, arbitrary: fc.constant('report' as const) },
    { weight: 5, arbitrary: fc.constantFrom('correct' as const, 'withdraw' as const) },
    { weight: 4, arbitrary: fc.constantFrom('revise', 'break', 'turn', 'rename', 'stage') },
  ),
  day: fc.nat({ max: days.length - 1 }),
  amount: fc.integer({ min: 1, max: 99 }),
});

/** A ledger that is written to over HTTP, and remembers what may be corrected or taken back. */
class Writer {
  readonly #live: string[] = [];
  #reached: string | undefined;
  #tag = '"v0"';
  /** Where each recorded event stands, ascending. */
  readonly positions: string[] = [];

  constructor(private readonly ledger: LedgerUnderTest) {}

  async begin(): Promise<void> {
    await this.#post('/v1/units', reformOffice);
    await this.#post('/v1/reforms', landReform);
    await this.#post('/v1/metrics', metric);
    await this.#post('/v1/metrics', signed);
    await this.#post('/v1/milestones', milestone);
    this.#tag = '"v0"';
  }

  async take({ does, day, amount }: Step): Promise<void> {
    const own = `/v1/metrics/${metric.id}`;
    const date = days[day] ?? '';
    const reason = `${does} ${amount}`;
    const quantity = { printed: `${amount}万平方米` };
    const target = this.#live[amount % Math.max(1, this.#live.length)] ?? '';
    switch (does) {
      case 'report': {
        const time = { type: 'asOf', asOf: date };
        const event = await this.#post(`${own}/observations`, { time, quantity });
        if (event !== undefined) this.#live.push(event);
        return;
      }
      case 'correct': {
        const body = { quantity, errorClass: 'typing', reason };
        const event = await this.#post(`${own}/observations/${target}:correct`, body, this.#tag);
        if (event !== undefined) this.#live.splice(this.#live.indexOf(target), 1, event);
        return;
      }
      case 'withdraw': {
        const event = await this.#post(
          `${own}/observations/${target}:withdraw`,
          { reason },
          this.#tag,
        );
        if (event !== undefined) this.#live.splice(this.#live.indexOf(target), 1);
        return;
      }
      case 'revise': {
        const changes = { note: reason };
        await this.#post(`${own}:reviseDefinition`, { validFrom: date, changes, reason });
        return;
      }
      case 'break':
        await this.#post(`${own}:declareBreak`, { validFrom: date, reason });
        return;
      case 'turn':
        await this.#turn(date, reason);
        return;
      case 'rename': {
        const names = { zh: `改革办${amount}`, en: `Office ${amount}` };
        await this.#post(`/v1/units/${reformOffice.id}:rename`, { names, reason });
        return;
      }
      case 'stage': {
        const to = ['pilot', 'demonstrationPoint', 'replicated'][amount % 3];
        await this.#post(`/v1/reforms/${landReform.id}:advanceStage`, { to, on: date, reason });
      }
    }
  }

  async retire(): Promise<void> {
    const body = { retiredOn: '2021-08-01', reason: '并入其他指标' };
    await this.#post(`/v1/metrics/${metric.id}:retire`, body);
    await this.#post('/v1/metrics', { ...metric, id: 'entered-late' });
  }

  /** Waits until the views have taken in all that was written. */
  async settled(): Promise<void> {
    const last = this.positions.at(-1) ?? '0';
    await this.ledger.http.get(`/v1/board?minPosition=${last}`).expect(200);
  }

  async #turn(date: string, reason: string): Promise<void> {
    const own = `/v1/milestones/${milestone.id}`;
    const on = { type: 'date', date };
    const evidence = ['ab'.repeat(32)];
    if (this.#reached === undefined) {
      this.#reached = await this.#post(`${own}:reach`, { on, evidence });
    } else {
      await this.#post(`${own}:revoke`, { revokes: this.#reached, reason });
      this.#reached = undefined;
    }
  }

  /** The id of the event that was recorded; undefined when the ledger refused, as it may. */
  async #post(path: string, body: object, ifMatch?: string): Promise<string | undefined> {
    const request = this.ledger.http.post(path).send(body);
    const answer = await (ifMatch === undefined ? request : request.set('if-match', ifMatch));
    if (answer.status !== 201) {
      expect([200, 404, 409, 422]).toContain(answer.status);
      return undefined;
    }
    this.positions.push(answer.body.position);
    if (answer.body.stream === `metric-${metric.id}`) this.#tag = answer.headers['etag'] ?? '';
    return answer.body.events[0].eventId;
  }
}

/** Every question at every third position and on several days, with its headers. */
async function everyAnswer(
  ledger: LedgerUnderTest,
  positions: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const position of ['0', ...positions.filter((_, index) => index % 3 === 2)]) {
    for (const path of pathsAt(position)) {
      const answer = await ledger.http.get(path);
      if (answer.status === 404) {
        // Not known then: whatever is recorded later, it never will have been.
        found.set(path, answer.body.code);
        continue;
      }
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
      expect(answer.headers['etag']).toMatch(/^"[\w-]+"$/);
      found.set(path, `${answer.headers['etag']} ${answer.headers['link']} ${answer.text}`);
    }
  }
  return found;
}

function pathsAt(position: string): string[] {
  const valid = ['', ...days.map((day) => `validAt=${day}`)];
  return Object.entries(questions).flatMap(([route, asked]) => {
    const path = route.replace(/^\/v1\/(\w+)\/\{id\}/, (_all, kind: string) => {
      return `/v1/${kind}/${ids[kind] ?? ''}`;
    });
    const moment = route === '/v1/diff' ? `to=${position}` : `knownAt=${position}`;
    const takesDay = !/timeline$|activity$/.test(route);
    return asked
      .filter((question) => route !== '/v1/diff' || position !== '0' || question === 'from=0')
      .flatMap((question) =>
        (takesDay && !question.includes('validFrom') ? valid : ['']).map(
          (day) => `${path}?${[moment, question, day].filter((part) => part !== '').join('&')}`,
        ),
      );
  });
}

describe('what was known at a position', () => {
  it('is asked for here on every route that takes a moment of knowledge', async () => {
    const ledger = await LedgerUnderTest.open();
    const { body } = await ledger.http.get('/openapi.json').expect(200);
    await ledger.remove();

    type Route = { get?: { parameters?: { name: string }[] } };
    const routes = Object.entries<Route>(body.paths)
      .filter(([, route]) => {
        const names = (route.get?.parameters ?? []).map(({ name }) => name);
        return names.includes('knownAt') || (names.includes('from') && names.includes('to'));
      })
      .map(([path]) => path);

    expect(routes.sort()).toEqual(Object.keys(questions).sort());
  });

  it('stays the same bytes under the same tag, whatever is recorded later', async () => {
    const half = fc.array(step, { minLength: 8, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(half, half, async (before, after) => {
        const ledger = await LedgerUnderTest.open();
        try {
          const writer = new Writer(ledger);
          await writer.begin();
          for (const taken of before) await writer.take(taken);
          await writer.settled();
          const positions = [...writer.positions];
          const then = await everyAnswer(ledger, positions);

          for (const taken of after) await writer.take(taken);
          await writer.retire();
          await writer.settled();

          expect(writer.positions.length).toBeGreaterThan(positions.length);
          expect(await everyAnswer(ledger, positions)).toEqual(then);
        } finally {
          await ledger.remove();
        }
      }),
      { seed, numRuns: 3, endOnFailure: true },
    );
  }, 120_000);
});
