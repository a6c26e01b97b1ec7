import type { SeriesKey } from '@ledger/domain';
import {
  asOf,
  corrected,
  Ledger,
  reported,
  squareMetres,
  vacated,
  withdrawn,
  Workspace,
} from '../../fixtures.js';
import type { VintagesRequest } from '../../views.js';
import type { Vintage } from './answers.js';

const metric = vacated.data.metric;
const area = (amount: string, printed: string) => squareMetres(amount, printed);
const august = reported(metric, asOf('2021-08-26'), area('681000', '68.1万平方米'));
const september = reported(metric, asOf('2021-09-26'), area('702000', '70.2万平方米'));
const printed = (figure: Vintage['latest'] | undefined) => figure?.figure.quantity?.printed ?? null;

describe('the vintages of a metric', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(() => {
    place = new Workspace();
    ledger = new Ledger();
  });
  afterEach(() => place.remove());

  const ask = async (request: Partial<VintagesRequest> = {}) => {
    const views = await place.viewsOf(ledger);
    return views.vintages({ metric, knownAt: ledger.position, limit: 50, ...request });
  };
  const pages = async (request: Partial<VintagesRequest>) => {
    const found: Vintage[][] = [];
    for (let after: string | undefined | null; after !== null;) {
      const page = await ask({ ...request, ...(after !== undefined && { after }) });
      found.push(page?.items ?? []);
      after = page?.next ?? null;
    }
    return found;
  };

  it('say when which statement stood, and what it rests on', async () => {
    await ledger.say(vacated);
    const first = await ledger.say(august, { evidence: ['ab'.repeat(32)] });
    await ledger.say(september);
    const value = area('682000', '68.2万平方米');
    const second = await ledger.say(corrected(first, august, value), { reason: '看错一位' });
    await ledger.say(withdrawn(second, august), { reason: '口径待核' });

    const answer = await ask({ asKnownOn: '3' });

    expect(answer).toMatchObject({
      metric,
      names: vacated.data.names,
      kind: 'cumulative',
      unit: 'm2',
      knownAt: '5',
      asKnownAt: '3',
      next: null,
    });
    expect(answer?.items.map(({ validOn }) => validOn)).toEqual(['2021-09-26', '2021-08-26']);
    const [, vintage] = answer?.items ?? [];
    expect(vintage).toMatchObject({
      series: {},
      time: asOf('2021-08-26'),
      statementCount: 3,
      first: { eventId: first.id, position: '2', figure: august.data.value },
      latest: null,
      asKnown: { eventId: first.id, position: '2' },
    });
    const at = (position: number) => ({
      position: String(position),
      recordedAt: `2021-08-26T03:02:0${position - 1}.000Z`,
    });
    expect(vintage?.statements).toMatchObject([
      {
        vintage: 1,
        statement: 'reported',
        eventId: first.id,
        evidence: ['ab'.repeat(32)],
        knownFrom: at(2),
        knownTo: at(4),
      },
      {
        vintage: 2,
        statement: 'corrected',
        figure: value,
        reason: '看错一位',
        errorClass: 'typing',
        replaces: first.id,
        actor: { id: 'clerk', unit: 'district-reform-office', role: 'reporter' },
        source: { kind: 'newspaper', id: 'sztqb-2021-08-26-guangming-reform' },
        knownFrom: at(4),
        knownTo: at(5),
      },
      { vintage: 3, statement: 'withdrawn', reason: '口径待核', knownFrom: at(5), knownTo: null },
    ]);
  });

  it('tell what was not stated yet from what was withdrawn', async () => {
    await ledger.say(vacated);
    const first = await ledger.say(august);
    await ledger.say(withdrawn(first, august));
    await ledger.say(august);

    const asKnown = async (asKnownOn: string) => {
      const [vintage] = (await ask({ asKnownOn }))?.items ?? [];
      return vintage?.asKnownAbsence ?? printed(vintage?.asKnown);
    };

    expect(await asKnown('1')).toBe('notYetStated');
    expect(await asKnown('2')).toBe('68.1万平方米');
    expect(await asKnown('3')).toBe('withdrawn');
    expect(await asKnown('4')).toBe('68.1万平方米');
    expect((await ask({ asKnownOn: '999' }))?.asKnownAt).toBe('4');
    expect((await ask())?.items[0]).not.toHaveProperty('asKnown');
  });

  it('of a day are what stands then, with what was withdrawn since', async () => {
    await ledger.sayAll([vacated, august]);
    const later = await ledger.say(september);
    const days = async (request: Partial<VintagesRequest>) =>
      (await ask(request))?.items.map(({ validOn }) => validOn);

    expect(await days({ validAt: '2021-09-01' })).toEqual(['2021-08-26']);
    expect(await days({ validAt: '2021-08-25' })).toEqual([]);
    expect(await days({ validAt: '2021-10-01' })).toEqual(['2021-09-26']);

    await ledger.say(withdrawn(later, september));
    expect(await days({ validAt: '2021-10-01' })).toEqual(['2021-09-26', '2021-08-26']);
    expect(await days({ validFrom: '2021-09-01' })).toEqual(['2021-09-26']);
    expect(await days({ validTo: '2021-09-01' })).toEqual(['2021-08-26']);
  });

  it('of one series are found whatever the order of its dimensions', async () => {
    const key = { street: '马田', year: '2021' };
    await ledger.sayAll([
      vacated,
      august,
      reported(metric, asOf('2021-08-26'), area('12000', '1.2万平方米'), key),
    ]);
    const series = async (asked: SeriesKey) =>
      (await ask({ series: asked }))?.items.map((item) => printed(item.latest));

    expect(await series({ year: '2021', street: '马田' })).toEqual(['1.2万平方米']);
    expect(await series({})).toEqual(['68.1万平方米']);
    expect(await series({ street: '公明' })).toEqual([]);
    expect((await ask())?.items.map((item) => item.series)).toEqual([{}, key]);
  });

  it('come in pages, each valid time once, in the order of one long page', async () => {
    await ledger.say(vacated);
    for (const street of ['马田', '公明', '光明']) {
      for (let day = 10; day < 20; day += 1) {
        const value = area(`${day}`, `${day}平方米`);
        await ledger.say(reported(metric, asOf(`2021-08-${day}`), value, { street }));
      }
    }
    const whole = (await ask({ limit: 100 }))?.items;

    const found = await pages({ limit: 7 });

    expect(found.map((page) => page.length)).toEqual([7, 7, 7, 7, 2]);
    expect(found.flat()).toEqual(whole);
    expect(whole?.slice(8, 12).map(({ series, validOn }) => [series.street, validOn])).toEqual([
      ['马田', '2021-08-11'],
      ['马田', '2021-08-10'],
      ['公明', '2021-08-19'],
      ['公明', '2021-08-18'],
    ]);
  });

  it('of a time that was corrected thousands of times go on on the next page', async () => {
    await ledger.say(vacated);
    await ledger.say(september);
    let last = await ledger.say(august);
    for (let turn = 0; turn < 2_300; turn += 1) {
      last = await ledger.say(corrected(last, august, area(`${turn}`, `${turn}平方米`)));
    }

    const found = await pages({});

    expect(found.map((page) => page.map(({ statements }) => statements.length))).toEqual([
      [1, 999],
      [1_000],
      [302],
    ]);
    const numbers = found.flatMap((page) => page.at(-1)?.statements.map((one) => one.vintage));
    expect(numbers).toEqual(Array.from({ length: 2_301 }, (_, index) => index + 1));
    expect(found.flat().map(({ statementCount }) => statementCount)).toEqual([
      1, 2_301, 2_301, 2_301,
    ]);
    expect(printed(found[0]?.[1]?.latest)).toBe('2299平方米');
  });

  it.each(['0.2', 'x', '0.1.1', '0.999.1', '0.0.0', '-1.2.1', '0.3.1'])(
    'refuse to go on after %s, which no page ended with',
    async (after) => {
      await ledger.sayAll([vacated, august]);
      await ledger.say(reported('another', asOf('2021-08-26'), area('1', '1平方米')), {});

      await expect(ask({ after })).rejects.toMatchObject({ code: 'POSITION_INVALID' });
    },
  );

  it('of a metric that was not defined yet are none', async () => {
    await ledger.sayAll([vacated, august]);

    expect(await ask({ knownAt: '0' })).toBeUndefined();
    expect((await ask({ knownAt: '1' }))?.items).toEqual([]);
  });
});
