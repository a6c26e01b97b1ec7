import type { MetricKind, Quantity } from '@ledger/domain';
import { printedRules } from './rules.js';

const quantity = (
  qualifier: Quantity['qualifier'],
  printed: string,
  rest: Partial<Quantity>,
): Quantity => ({ unit: 'person', qualifier, printed, ...rest });

/** Figures of the article, with what their text says for certain. */
const said: [MetricKind, Quantity, code: string, facts: object, zh: string][] = [
  [
    'cumulative',
    quantity('exact', '68.1万平方米', { unit: 'm2', amount: '681000', resolution: '1000' }),
    'PRINTED_EXACT',
    { resolution: '1000', lower: '680500', upper: '681500' },
    '“68.1万平方米”是确数，不少于 680500，不多于 681500（m2）。',
  ],
  [
    'stock',
    quantity('moreThan', '80余名', { amount: '80' }),
    'PRINTED_MORE_THAN',
    { lower: '80', lowerInclusive: 'false' },
    '“80余名”是“余”，多于 80（person）。',
  ],
  [
    'cumulative',
    quantity('over', '超8万人次', { amount: '80000' }),
    'PRINTED_OVER',
    { lower: '80000', lowerInclusive: 'false' },
    '“超8万人次”是“超”，多于 80000（person）。',
  ],
  [
    'ratio',
    quantity('atLeast', '99.6%以上', { unit: 'percent', amount: '99.6' }),
    'PRINTED_AT_LEAST',
    { lower: '99.6', lowerInclusive: 'true', upper: '100', upperInclusive: 'true' },
    '“99.6%以上”是“以上”，不少于 99.6，不多于 100（percent）。',
  ],
  [
    'stock',
    quantity('nearly', '近百名', { amount: '100' }),
    'PRINTED_NEARLY',
    { lower: '0', upper: '100', upperInclusive: 'false' },
    '“近百名”是“近”，不少于 0，少于 100（person）。',
  ],
  [
    'parameter',
    quantity('about', '约27.6平方公里', { unit: 'km2', amount: '27.6' }),
    'PRINTED_ABOUT',
    {},
    '“约27.6平方公里”是“约”（km2）。',
  ],
  [
    'parameter',
    quantity('range', '3-5人', { lower: '3', upper: '5' }),
    'PRINTED_RANGE',
    { lower: '3', lowerInclusive: 'true', upper: '5', upperInclusive: 'true' },
    '“3-5人”是区间，不少于 3，不多于 5（person）。',
  ],
];

describe('what a printed figure says for certain', () => {
  it.each(said)('of a %s, %j is %s', (kind, figure, code, facts, zh) => {
    const [rule, ...others] = printedRules({ quantity: figure }, kind);

    expect(others).toEqual([]);
    expect(rule).toMatchObject({ code, facts, text: { zh } });
    expect(rule?.text.en).toContain(`"${figure.printed}"`);
  });

  it('is nothing where the figure is a label', () => {
    const [rule] = printedRules({ label: { printed: '1+15+15+5' } }, 'parameter');

    expect(rule).toMatchObject({ code: 'PRINTED_LABEL', facts: { printed: '1+15+15+5' } });
  });

  it('leaves open what is measured where the basis is inferred', () => {
    const figure = { ...said[0]?.[1], basis: 'floorArea', basisInferred: true } as const;
    const codes = printedRules(
      { quantity: { unit: 'm2', qualifier: 'exact', printed: '68.1万平方米', ...figure } },
      'cumulative',
    ).map(({ code }) => code);

    expect(codes).toEqual(['PRINTED_EXACT', 'BASIS_INFERRED']);
  });
});
