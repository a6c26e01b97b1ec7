import type { MetricRequest } from '@ledger/domain';
import { MemoryEventLog } from '@ledger/event-log';
import {
  around,
  clock,
  context,
  day,
  defineVacated,
  emptyViews,
  prepareVacated,
  reasonOf,
  report,
} from './fixtures.js';
import { commandHash } from './identity.js';
import { LedgerWriter } from './ledger-writer.js';
import type { RequestContext } from './requests.js';

let log: MemoryEventLog;
let writer: LedgerWriter;

beforeEach(async () => {
  log = new MemoryEventLog({ clock });
  writer = new LedgerWriter({ log, views: emptyViews, clock });
  await prepareVacated(writer);
});

describe('a write', () => {
  it('answers a receipt that names event, place, leaf hash and what was understood', async () => {
    const receipt = await writer.metrics.write(
      'vacated',
      report('2021-08-26', '68.1万平方米'),
      context('r'),
    );

    expect(receipt).toMatchObject({
      outcome: 'recorded',
      stream: 'metric-vacated',
      revision: 1,
      replayed: false,
      events: [
        {
          type: 'ObservationReported',
          leafHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          data: {
            value: { quantity: { amount: '681000', resolution: '1000', basis: 'floorArea' } },
          },
        },
      ],
    });
    expect((await log.head()).position).toBe(receipt.position);
  });

  it('appends nothing when the ledger says so already, and names the event that does', async () => {
    const first = await writer.metrics.write(
      'vacated',
      report('2021-08-26', '68.1万平方米'),
      context('a'),
    );
    const again = await writer.metrics.write(
      'vacated',
      report('2021-08-26', '68.1万平方米'),
      context('b'),
    );

    expect(again.outcome).toBe('unchanged');
    expect(again.events[0]?.eventId).toBe(first.events[0]?.eventId);
    expect((await log.head()).position).toBe(first.position);
  });

  it('finds what says it already at once, however much was said since', async () => {
    const asked = report(day(0), '68.1万平方米');
    const first = await writer.metrics.write('vacated', asked, context('a'));
    for (let index = 1; index < 300; index += 1) {
      const later = report(day(index), '68.1万平方米');
      await writer.metrics.write('vacated', later, context(`later-${index}`));
    }
    const read: number[] = [];
    const noting = around(log, {
      readStream: async (stream, options) => {
        const events = await log.readStream(stream, options);
        read.push(events.length);
        return events;
      },
    });
    const other = new LedgerWriter({ log: noting, views: emptyViews, clock });
    await other.metrics.read('vacated', () => undefined);
    read.splice(0);

    const again = await other.metrics.write('vacated', asked, context('again'));

    expect(again).toMatchObject({ outcome: 'unchanged', revision: 300, events: first.events });
    expect(read).toEqual([0, 1]);
  });

  it('is refused with the reasons of the domain, and appends nothing', async () => {
    const before = await log.head();
    const refused = writer.metrics.write('vacated', report('2021-08-26', '5家'), context('x'));

    expect(await reasonOf(refused)).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'UNIT_OF_OTHER_DIMENSION', pointer: '/value/quantity/printed' }],
    });
    expect(await log.head()).toEqual(before);
  });

  it('needs the units, reforms and milestones that it names', async () => {
    const define: MetricRequest = {
      ...defineVacated(),
      metric: 'other',
      definition: { ...defineVacated().definition, owner: 'nobody', reform: 'nothing' },
    };
    const reason = await reasonOf(writer.metrics.write('other', define, context('o')));
    expect(reason).toMatchObject({
      kind: 'refused',
      refusals: [
        { code: 'REFERENCE_UNKNOWN', pointer: '/definition/reform' },
        { code: 'REFERENCE_UNKNOWN', pointer: '/definition/owner' },
      ],
    });
  });
});

describe('a repeat', () => {
  it('with the same key and body gets the same receipt and adds no event', async () => {
    const first = await writer.metrics.write(
      'vacated',
      report('2021-08-26', '68.1万平方米'),
      context('k'),
    );
    const again = await writer.metrics.write(
      'vacated',
      report('2021-08-26', '68.1万平方米'),
      context('k'),
    );
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('that runs at the same time shares one event', async () => {
    const asked = () =>
      writer.metrics.write('vacated', report('2021-08-26', '68.1万平方米'), context('k'));
    const receipts = await Promise.all(Array.from({ length: 20 }, asked));
    expect(new Set(receipts.map(({ events }) => events[0]?.eventId)).size).toBe(1);
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it('with the same key and another body is refused', async () => {
    await writer.metrics.write('vacated', report('2021-08-26', '68.1万平方米'), context('k'));
    const other = { ...context('k'), commandHash: commandHash('other') };
    const reason = await reasonOf(
      writer.metrics.write('vacated', report('2021-09-30', '70万平方米'), other),
    );
    expect(reason).toMatchObject({ kind: 'keyReused' });
  });
});

describe('a command is recognised', () => {
  it('by another process, whose views lag behind', async () => {
    const asked = report('2021-08-26', '68.1万平方米');
    const first = await writer.metrics.write('vacated', asked, context('k'));
    const second = new LedgerWriter({ log, views: emptyViews, clock });
    const again = await second.metrics.write('vacated', asked, context('k'));
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('by a process that kept an older state of the stream', async () => {
    const second = new LedgerWriter({ log, views: emptyViews, clock });
    await second.metrics.write('vacated', report('2021-08-26', '68.1万平方米'), context('a'));
    const asked = report('2021-09-30', '70.2万平方米');
    const first = await writer.metrics.write('vacated', asked, context('k'));
    const again = await second.metrics.write('vacated', asked, context('k'));
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('when its key comes again for the creation of something else', async () => {
    const other = { ...context('metric'), commandHash: commandHash('another body') };
    const define: MetricRequest = { ...defineVacated(), metric: 'other' };
    const reason = await reasonOf(writer.metrics.write('other', define, other));
    expect(reason).toMatchObject({ kind: 'keyReused' });
    expect(await log.readStream('metric-other', { limit: 1 })).toEqual([]);
  });

  it('even where it would be refused or change nothing by now', async () => {
    const asked = report('2021-08-26', '68.1万平方米');
    const first = await writer.metrics.write('vacated', asked, context('k'));
    const event = first.events[0]?.eventId ?? '';
    const correct: MetricRequest = {
      type: 'CorrectObservation',
      metric: 'vacated',
      corrects: event,
      value: { quantity: { printed: '69万平方米' } },
      errorClass: 'typing',
      reason: '抄写错误',
    };
    await writer.metrics.write('vacated', correct, context('c'));
    const again = await writer.metrics.write('vacated', asked, context('k'));
    expect(again).toEqual({ ...first, replayed: true });
  });
});

describe('many writers', () => {
  it('of one metric all succeed, one after the other', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        writer.metrics.write(
          'vacated',
          report(day(index), `${70 + index}万平方米`),
          context(`w${index}`),
        ),
      ),
    );
    expect(receipts.map(({ revision }) => revision)).toEqual(receipts.map((_, index) => index + 1));
  });

  it('in two processes over one log both succeed: who was slower decides anew', async () => {
    const second = new LedgerWriter({ log, views: emptyViews, clock });
    for (let index = 0; index < 6; index += 1) {
      const by = index % 2 === 0 ? writer : second;
      const receipt = await by.metrics.write(
        'vacated',
        report(day(index), `${70 + index}万平方米`),
        context(`p${index}`),
      );
      expect(receipt.revision).toBe(index + 1);
    }
    const stale = await second.metrics.write(
      'vacated',
      report(day(4), '74万平方米'),
      context('same'),
    );
    expect(stale.outcome).toBe('unchanged');
  });

  it('who named the revision they saw are told where the stream stands', async () => {
    await writer.metrics.write('vacated', report('2021-08-26', '68.1万平方米'), context('a'));
    const stale: RequestContext = { ...context('b'), expectedRevision: 0 };
    const reason = await reasonOf(
      writer.metrics.write('vacated', report('2021-09-30', '70万平方米'), stale),
    );
    expect(reason).toEqual({ kind: 'conflict', stream: 'metric-vacated', expected: 0, actual: 1 });
  });
});
