import { createHash } from 'node:crypto';
import { canonicalJson, encodeEntry } from '@ledger/event-log';
import { evenDay, evenHistory, evenMetricId } from './even-history.js';
import { freshSeed } from './fixtures.js';
import { LATEST_UNTIL, syntheticHistory, type SyntheticOptions } from './synthetic-history.js';
import type { Told } from './telling.js';

const entryOf = ({ stream, revision, event }: Told): string =>
  encodeEntry({ ...event, stream, revision });
const entriesOf = (history: Iterable<Told>): string[] => Array.from(history, entryOf);
const lastOf = (options: SyntheticOptions): Told => {
  let last: Told | undefined;
  for (const told of syntheticHistory(options)) last = told;
  if (last === undefined) throw new Error('The history is empty.');
  return last;
};

describe('a synthetic history', () => {
  const seed = freshSeed();

  it(`has the same bytes for the same seed, each time it is read (seed ${seed})`, () => {
    const history = syntheticHistory({ events: 4_000, seed });
    const entries = entriesOf(history);
    expect(entries).toHaveLength(4_000);
    expect(entriesOf(history)).toEqual(entries);
    expect(entriesOf(syntheticHistory({ events: 4_000, seed }))).toEqual(entries);
    expect(entriesOf(syntheticHistory({ events: 4_000, seed: (seed ^ 1) >>> 0 }))).not.toEqual(
      entries,
    );
  });

  it('has bytes that another machine or another version of this code must make as well', () => {
    const digest = createHash('sha256');
    for (const entry of entriesOf(syntheticHistory({ events: 3_000, seed: 7 }))) {
      digest.update(`${entry}\n`);
    }
    expect(digest.digest('hex')).toBe(
      'f6f3ff196ee4c2907968de48ff83117d1e0a52bb11f352f6c6f74b1af89c2bfe',
    );
  });

  it(`gives every event an id of its own and every stream its revisions (seed ${seed})`, () => {
    const ids = new Set<string>();
    const commands = new Set<string>();
    const next = new Map<string, number>();
    const faults: string[] = [];
    let recordedAt = '';
    for (const { stream, revision, event } of syntheticHistory({ events: 20_000, seed })) {
      if (revision !== (next.get(stream) ?? 0)) faults.push(`${stream} at ${revision}`);
      next.set(stream, revision + 1);
      ids.add(event.id);
      commands.add(event.metadata.commandId);
      if (event.metadata.synthetic !== true) faults.push(`${event.id} is not marked`);
      if (event.metadata.recordedAt < recordedAt) faults.push(`${event.id} goes back in time`);
      ({ recordedAt } = event.metadata);
    }
    expect(faults).toEqual([]);
    expect(ids.size).toBe(20_000);
    expect(commands.size).toBe(20_000);
  });

  it.each([1, 2, 60, 333, 5_000, 30_000])(
    'ends within half a year before its last day, never after it (%d)',
    (events) => {
      for (const [turn, until] of ['2026-03-31', '2020-02-29', undefined].entries()) {
        const last = lastOf({
          events,
          seed: (seed + turn) >>> 0,
          ...(until !== undefined && { until }),
        });
        const recorded = last.event.metadata.recordedAt.slice(0, 10);
        expect(recorded <= (until ?? LATEST_UNTIL)).toBe(true);
        const days = (Date.parse(until ?? LATEST_UNTIL) - Date.parse(recorded)) / 86_400_000;
        if (events >= 5_000) expect(days).toBeLessThan(until === undefined ? 364 : 183);
      }
    },
  );

  it('has the units, reforms and first metrics of a shorter one', () => {
    const told = (events: number, type: string) =>
      [...syntheticHistory({ events, seed })]
        .filter(({ event }) => event.type === type)
        .map(({ stream, event }) => [stream, canonicalJson(event.data['names'] ?? null)]);
    for (const type of ['UnitRegistered', 'ReformRegistered']) {
      expect(told(9_000, type)).toEqual(told(2_000, type));
    }
    const longer = told(9_000, 'MetricDefined').map(([stream]) => stream);
    const shorter = told(2_000, 'MetricDefined').filter(
      ([stream]) => !`${stream}`.endsWith('revised'),
    );
    expect(shorter.length).toBeGreaterThan(30);
    for (const [stream] of shorter) expect(longer).toContain(stream);
  });

  it.each([
    { events: 0, seed: 1 },
    { events: 20_000_001, seed: 1 },
    { events: 1.5, seed: 1 },
    { events: 10, seed: -1 },
    { events: 10, seed: 1, metrics: 0 },
    { events: 10, seed: 1, until: 'tomorrow' },
    { events: 20_000_000, seed: 1, metrics: 1 },
  ])('is refused for options out of their bounds (%j)', (options) => {
    expect(() => syntheticHistory(options)).toThrow(RangeError);
  });
});

describe('what a synthetic district tells', () => {
  const seed = freshSeed();
  const history = [...syntheticHistory({ events: 40_000, seed })];
  const ofType = (type: string) => history.filter(({ event }) => event.type === type);
  const reports = ofType('ObservationReported');
  const corrections = ofType('ObservationCorrected');
  const withdrawals = ofType('ObservationWithdrawn');
  const statements = reports.length + corrections.length + withdrawals.length;

  it(`corrects, withdraws and comes late as often as real offices do (seed ${seed})`, () => {
    const latest = new Map<string, string>();
    const late = reports.filter(({ stream, event }) => {
      const series = `${stream} ${canonicalJson(event.data['series'] ?? null)}`;
      const time = new Map(Object.entries(event.data['time'] ?? {}));
      const validOn = String(time.get('asOf') ?? time.get('end'));
      const isLate = validOn < (latest.get(series) ?? '');
      if (!isLate) latest.set(series, validOn);
      return isLate;
    });
    expect(corrections.length / statements).toBeGreaterThan(0.04);
    expect(corrections.length / statements).toBeLessThan(0.065);
    expect(withdrawals.length / statements).toBeGreaterThan(0.007);
    expect(withdrawals.length / statements).toBeLessThan(0.015);
    expect(late.length / statements).toBeGreaterThan(0.08);
    expect(late.length / statements).toBeLessThan(0.125);
  });

  it(`has events of every type, metrics of every kind and figures of every wording`, () => {
    expect([...new Set(history.map(({ event }) => event.type))].sort()).toEqual([
      'MetricDefined',
      'MetricDefinitionRevised',
      'MetricRetired',
      'MilestonePlanned',
      'MilestoneReachRevoked',
      'MilestoneReached',
      'MilestoneReportedOngoing',
      'ObservationCorrected',
      'ObservationReported',
      'ObservationWithdrawn',
      'ReformRegistered',
      'ResponsibilityAssigned',
      'SeriesBreakDeclared',
      'StageAdvanced',
      'UnitRegistered',
      'UnitRenamed',
    ]);
    const kinds = ofType('MetricDefined').map(({ event }) => event.data['kind']);
    expect(new Set(kinds)).toEqual(
      new Set(['cumulative', 'flow', 'parameter', 'progress', 'ratio', 'stock']),
    );
    const said = reports.map((told) => entryOf(told)).join('\n');
    for (const qualifier of ['exact', 'moreThan', 'over', 'atLeast', 'nearly', 'about', 'range']) {
      expect(said).toContain(`"qualifier":"${qualifier}"`);
    }
    for (const text of ['万平方米', '余', '近', '以上', '万元', '"parts":{', '"label":{']) {
      expect(said).toContain(text);
    }
  });

  it('has entries of about 900 bytes', () => {
    const bytes = history.reduce((sum, told) => sum + Buffer.byteLength(entryOf(told)), 0);
    expect(bytes / history.length).toBeGreaterThan(850);
    expect(bytes / history.length).toBeLessThan(960);
  });

  it('says why wherever the ledger asks for a reason', () => {
    for (const { event } of [...corrections, ...withdrawals, ...ofType('MetricRetired')]) {
      expect(event.metadata.reason).toMatch(/./);
    }
  });
});

describe('an even history', () => {
  const seed = freshSeed();

  it(`begins with a shorter one, byte for byte (seed ${seed})`, () => {
    const shorter = entriesOf(evenHistory({ events: 3_000, metrics: 40, seed }));
    const longer = entriesOf(evenHistory({ events: 5_000, metrics: 40, seed }));
    expect(shorter).toHaveLength(3_000);
    expect(longer.slice(0, 3_000)).toEqual(shorter);
  });

  it('gives every metric one statement a day, so that all streams grow alike', () => {
    const told = [...evenHistory({ events: 2 + 20 * 11, metrics: 20, seed })];
    const lengths = new Map<string, number>();
    for (const { stream } of told.slice(2)) lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
    expect([...lengths.values()]).toEqual(Array.from({ length: 20 }, () => 11));
    expect([...lengths.keys()]).toContain(`metric-${evenMetricId(19)}`);
    expect(evenDay(0)).toBe('1998-01-01');
  });

  it('gives one long metric several series instead of centuries', () => {
    const last = [...evenHistory({ events: 60_000, metrics: 1, seed })].at(-1);
    expect(last?.event.metadata.recordedAt.slice(0, 4)).toBe('2025');
    expect(last?.event.data['series']).toEqual({ building: expect.stringMatching(/^\d栋$/) });
  });
});
