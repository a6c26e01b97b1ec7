import {
  asOf,
  corrected,
  Ledger,
  landReform,
  reported,
  signed,
  squareMetres,
  through,
  vacated,
  Workspace,
} from '../../fixtures.js';
import { commandMark } from './command-mark.js';
import type { Views } from '../../views.js';

const metric = vacated.data.metric;
/** Two words that FNV-1a in 32 bits does not tell apart. */
const SAME_MARK = ['costarring', 'liquid'] as const;
const august = reported(metric, asOf('2021-08-26'), squareMetres('681000', '68.1万平方米'));

describe('the activity', () => {
  let place: Workspace;
  let ledger: Ledger;
  let views: Views;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.say(landReform, { commandId: 'one' });
    await ledger.say(vacated, { commandId: 'two', commandHash: 'b'.repeat(64) });
    const first = await ledger.say(august, { commandId: 'two', commandHash: 'b'.repeat(64) });
    await ledger.say(signed);
    const value = squareMetres('682000', '68.2万平方米');
    await ledger.say(corrected(first, august, value), { reason: '抄录有误' });
    views = await place.viewsOf(ledger);
  });
  afterEach(() => place.remove());

  const kinds = (changes: { kind: string }[]) => changes.map(({ kind }) => kind);

  it('lists newest first, in pages that go down', () => {
    const first = views.activity({ knownAt: '5', limit: 2 });
    const second = views.activity({ knownAt: '5', limit: 3, after: first.next ?? '' });

    expect(kinds(first.items)).toEqual(['observation.corrected', 'metric.defined']);
    expect(first.next).toBe('4');
    expect(kinds(second.items)).toEqual([
      'observation.reported',
      'metric.defined',
      'reform.registered',
    ]);
    expect(second.next).toBeNull();
  });

  it('lists nothing that came later', () => {
    const { items, knownAt } = views.activity({ knownAt: '2', limit: 9 });

    expect(kinds(items)).toEqual(['metric.defined', 'reform.registered']);
    expect(knownAt).toBe('2');
  });

  it('lists what happened to one subject', () => {
    const of = (subject: { kind: string; id: string }, after?: string) =>
      kinds(
        views.activity({ knownAt: '5', limit: 2, subject, ...(after !== undefined && { after }) })
          .items,
      );

    expect(of({ kind: 'metric', id: metric })).toEqual([
      'observation.corrected',
      'observation.reported',
    ]);
    expect(of({ kind: 'metric', id: metric }, '3')).toEqual(['metric.defined']);
    expect(of({ kind: 'metric', id: 'no-such' })).toEqual([]);
    expect(of({ kind: 'reform', id: metric })).toEqual([]);
  });

  it('replays oldest first after a position, with the bodies of the live stream', async () => {
    const live: unknown[] = [];
    const again = new Workspace();
    await again.projector(new Ledger().log).catchUp();
    await again
      .projector(ledger.log, { batch: 2, onBatch: ({ changes }) => live.push(...changes) })
      .catchUp();
    again.remove();

    expect(kinds(views.changesAfter('3', 9))).toEqual(['metric.defined', 'observation.corrected']);
    expect(views.changesAfter('0', 9)).toEqual(live);
    expect(views.changesAfter('0', 2).map(({ position }) => position)).toEqual(['1', '2']);
    expect(views.changesAfter('5', 9)).toEqual([]);
  });

  it('finds the position of a point in time', () => {
    expect(views.positionAt('2021-08-26T03:01:59.999Z')).toBe('0');
    expect(views.positionAt('2021-08-26T03:02:00.000Z')).toBe('1');
    expect(views.positionAt('2021-08-26T03:02:02.999Z')).toBe('3');
    expect(views.positionAt('2021-08-26T11:02:03+08:00')).toBe('4');
    expect(views.positionAt('2030-01-01T00:00:00Z')).toBe('5');
    expect(() => views.positionAt('yesterday')).toThrow(/no point in time/);
  });

  it('goes by the running maximum where another process wrote an earlier time', async () => {
    const late = ['2021-08-26T03:02:02.000Z', '2021-08-26T03:01:00.000Z'] as const;
    const log = through(ledger.log, async (page) =>
      (await ledger.log.readAll(page)).map((event) => ({
        ...event,
        entry: event.entry.replace(...late),
        metadata: {
          ...event.metadata,
          recordedAt: event.metadata.recordedAt.replace(...late),
        },
      })),
    );
    const other = new Workspace();
    await other.projector(log).catchUp();
    const otherViews = other.views();

    expect(otherViews.activity({ knownAt: '3', limit: 1 }).items[0]?.recordedAt).toBe(late[1]);
    expect(otherViews.positionAt('2021-08-26T03:02:00.999Z')).toBe('1');
    expect(otherViews.positionAt('2021-08-26T03:02:01.000Z')).toBe('3');
    expect(otherViews.positionAt('2021-08-26T03:01:00.000Z')).toBe('0');
    other.remove();
  });

  it('remembers a command with all its events', () => {
    expect(views.command('one')).toEqual({
      commandId: 'one',
      commandHash: 'a'.repeat(64),
      stream: 'reform-land-redevelopment',
      firstRevision: 0,
      lastRevision: 0,
      position: '1',
    });
    expect(views.command('two')).toEqual({
      commandId: 'two',
      commandHash: 'b'.repeat(64),
      stream: `metric-${metric}`,
      firstRevision: 0,
      lastRevision: 1,
      position: '3',
    });
    expect(views.command('three')).toBeUndefined();
  });

  it('tells commands apart whose marks are the same', async () => {
    const [left, right] = SAME_MARK;
    await ledger.say(
      { type: 'MetricRetired', data: { metric, retiredOn: '2022-01-01' } },
      { commandId: left },
    );
    await place.projector(ledger.log).catchUp();

    expect(commandMark(left)).toBe(commandMark(right));
    expect(views.command(left)?.position).toBe('6');
    expect(views.command(right)).toBeUndefined();
  });
});
