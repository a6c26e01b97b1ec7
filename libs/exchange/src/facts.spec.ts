import { readFacts } from './facts.js';

/** A small file in the facts format; `change` damages it the way a test needs. */
function factsText(change: (text: string) => string = (text) => text): string {
  return change(`{
  "format": "reform-ledger/facts@1",
  "compiledOn": "2026-11-24",
  "source": {
    "kind": "newspaper",
    "id": "sztqb-2021-08-26",
    "title": "题目",
    "publisher": "深圳特区报",
    "publishedAt": "2021-08-26T11:02:00+08:00",
    "place": "光明区",
    "language": "zh-CN"
  },
  "defaults": {
    "owner": "office",
    "frequency": "once",
    "direction": "notStated",
    "dataSource": { "zh": "报纸", "en": "newspaper" }
  },
  "units": [{ "id": "office", "names": { "zh": "区委改革办", "en": "Office" }, "level": "district" }],
  "reforms": [{ "id": "land", "highlight": 2, "names": { "zh": "土地", "en": "Land" } }],
  "facts": [
    {
      "fact": "metric",
      "id": "vacated",
      "reform": "land",
      "place": { "highlight": 2, "item": 9 },
      "names": { "zh": "腾空交房面积", "en": "Vacated" },
      "kind": "cumulative",
      "unit": "m2",
      "timeSemantics": "asOf",
      "observations": [
        {
          "time": { "type": "asOf", "asOf": "2021-08-26" },
          "value": { "quantity": { "printed": "68.1万平方米" } }
        }
      ]
    },
    {
      "fact": "milestone",
      "id": "plan",
      "reform": "land",
      "names": { "zh": "方案", "en": "Plan" },
      "status": "reached",
      "on": { "type": "asOf", "date": "2021-08-26" }
    }
  ]
}`);
}

const problemsOf = (text: string) => {
  const reading = readFacts(text);
  return reading.ok
    ? []
    : reading.problems.map(({ code, pointer, line }) => ({ code, pointer, line }));
};

describe('a facts file', () => {
  it('becomes writes in the order in which they must be taken, each with a lasting key', () => {
    const reading = readFacts(factsText());
    expect(reading.ok && reading.writes.map(({ key, request }) => [key, request.type])).toEqual([
      ['unit/office', 'RegisterUnit'],
      ['reform/land', 'RegisterReform'],
      ['metric/vacated', 'DefineMetric'],
      ['metric/vacated/observation/0', 'ReportObservation'],
      ['milestone/plan', 'PlanMilestone'],
      ['milestone/plan/reached', 'ReachMilestone'],
    ]);
  });

  it('finds each statement in its source again', () => {
    const reading = readFacts(factsText());
    const report =
      reading.ok && reading.writes.find(({ request }) => request.type === 'ReportObservation');
    expect(report).toMatchObject({
      pointer: '/facts/0/observations/0',
      source: { kind: 'newspaper', id: 'sztqb-2021-08-26', locator: { highlight: 2, item: 9 } },
    });
  });

  it.each([
    ['a broken bracket', '"units": [', '"units": [[', 'JSON_MALFORMED'],
    ['a wrong format', 'facts@1', 'facts@9', 'VALUE_NOT_ALLOWED', '/format', 2],
    ['an unknown kind', '"cumulative"', '"growing"', 'VALUE_NOT_ALLOWED', '/facts/0/kind', 28],
    ['an unknown field', '"unit": "m2"', '"units": "m2"', 'FIELD_UNKNOWN', '/facts/0/units', 29],
    [
      'a missing name',
      '"names": { "zh": "土地", "en": "Land" }',
      '"names": { "zh": "土地" }',
      'FIELD_MISSING',
      '/reforms/0/names/en',
      20,
    ],
    [
      'a figure as a number',
      '"printed": "68.1万平方米"',
      '"amount": 681000, "unit": "m2"',
      'AMOUNT_NOT_A_STRING',
      '/facts/0/observations/0/value/quantity/amount',
      34,
    ],
    [
      'a key twice',
      '"compiledOn"',
      '"format": "x", "compiledOn"',
      'JSON_DUPLICATE_KEY',
      '/format',
      3,
    ],
    ['an id twice', '"id": "plan"', '"id": "vacated"', 'ID_DUPLICATE', '/facts/1/id', 40],
    [
      'a reached milestone without date',
      ',\n      "on": { "type": "asOf", "date": "2021-08-26" }',
      '',
      'FIELD_MISSING',
      '/facts/1/on',
      38,
    ],
  ])(
    'with %s is refused whole, naming line and field',
    (_, from, to, code, pointer = '', line = 0) => {
      const [first] = problemsOf(factsText((text) => text.replace(from, to)));
      expect(first?.code).toBe(code);
      if (line > 0) expect(first).toEqual({ code, pointer, line });
    },
  );
});
