import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { MemoryEventLog, type LedgerEvent, type NewEvent } from '@ledger/event-log';
import { type LogPageRequest, ReadLogPage, ReadLogPageHandler } from './log.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const types = ['UnitRegistered', 'UnitRenamed', 'MetricDefined'];
const streams = ['unit-a', 'unit-b', 'metric-c'];

const event = (type: string): NewEvent => ({
  id: randomUUID(),
  type,
  data: {},
  metadata: {
    schema: 1,
    actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
    correlationId: 'test',
    commandId: randomUUID(),
    commandHash: '0'.repeat(64),
  },
});

async function logOf(plan: readonly (readonly [number, number])[]): Promise<MemoryEventLog> {
  const log = new MemoryEventLog();
  const revisions = new Map<string, number>();
  for (const [streamIndex, typeIndex] of plan) {
    const stream = streams[streamIndex] ?? 'unit-a';
    const expected = revisions.get(stream) ?? 'none';
    const { revision } = await log.append(stream, expected, [event(types[typeIndex] ?? 'X')]);
    revisions.set(stream, revision);
  }
  return log;
}

/** Follows `next` to the end. */
async function everyPage(
  log: MemoryEventLog,
  filter: Omit<LogPageRequest, 'after' | 'limit'>,
  limit: number,
): Promise<LedgerEvent[]> {
  const handler = new ReadLogPageHandler(log);
  const events: LedgerEvent[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const page = await handler.execute(new ReadLogPage({ ...filter, after, limit }));
    expect(page.events.length).toBeLessThanOrEqual(limit);
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

describe('pages of the log', () => {
  it('together are what one read would give, whatever the filter and the page size', async () => {
    console.log(`FC_SEED=${seed}`);
    const plan = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 60 });
    const filters = fc.record(
      { stream: fc.constantFrom(...streams), type: fc.constantFrom(...types) },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(
      plan,
      filters,
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.nat(60), { nil: undefined }),
      async (events, filter, limit, until) => {
        const log = await logOf(events);
        const request = { ...filter, ...(until !== undefined && { until: String(until) }) };

        const paged = await everyPage(log, request, limit);

        const all = await log.readAll({ after: '0', limit: 1_000 });
        const wanted = all.filter(
          ({ stream, type, position }) =>
            (filter.stream === undefined || stream === filter.stream) &&
            (filter.type === undefined || type === filter.type) &&
            (until === undefined || Number(position) <= until),
        );
        expect(paged).toEqual(wanted);
      },
    );
    await fc.assert(property, { seed, numRuns: 100 });
  });

  it('end after 10,000 events that do not match, and say where to go on', async () => {
    const log = new MemoryEventLog();
    for (let batch = 0; batch < 21; batch += 1) {
      const events = Array.from({ length: 500 }, () => event('UnitRenamed'));
      await log.append('unit-a', batch === 0 ? 'none' : batch * 500 - 1, events);
    }
    await log.append('unit-a', 10_499, [event('UnitRegistered')]);
    const handler = new ReadLogPageHandler(log);
    const filter = { type: 'UnitRegistered', limit: 50 };

    const first = await handler.execute(new ReadLogPage({ ...filter, after: '0' }));
    const second = await handler.execute(new ReadLogPage({ ...filter, after: first.next ?? '' }));

    expect(first).toMatchObject({ events: [], next: '10000', head: '10501' });
    expect(second.events.map(({ position }) => position)).toEqual(['10501']);
    expect(second.next).toBeNull();
  });

  it('let others have their turn while they look for what is rare', async () => {
    const log = new MemoryEventLog();
    for (let batch = 0; batch < 10; batch += 1) {
      const events = Array.from({ length: 500 }, () => event('UnitRenamed'));
      await log.append('unit-a', batch === 0 ? 'none' : batch * 500 - 1, events);
    }
    const handler = new ReadLogPageHandler(log);
    const turnsDuring = async (filter: Partial<LogPageRequest>): Promise<number> => {
      let turns = 0;
      const count = (): void => {
        turns += 1;
        next = setImmediate(count);
      };
      let next = setImmediate(count);
      await handler.execute(new ReadLogPage({ after: '0', limit: 50, ...filter }));
      clearImmediate(next);
      return turns;
    };

    expect(await turnsDuring({ type: 'UnitRegistered' })).toBeGreaterThanOrEqual(9);
    expect(await turnsDuring({ type: 'UnitRegistered', stream: 'unit-a' })).toBeGreaterThanOrEqual(
      9,
    );
  });
});
