import { certainBounds, conventionalUpper, physicalLimits } from './bounds.js';
import { articleFigures, type ArticleFigure } from './fixtures.js';
import { parsePrinted, renderPrinted } from './parse.js';
import type { Quantity } from './quantity.js';
import { understandQuantity } from './understand.js';

function understood({ printed, unit, kind }: ArticleFigure): Quantity {
  const answer = understandQuantity({ printed }, { unit, kind });
  if ('refusals' in answer) throw new Error(JSON.stringify(answer.refusals));
  return answer.quantity;
}

describe('the figures of the article', () => {
  it('are all here: 70 amounts and one range', () => {
    expect(articleFigures.filter(({ amount }) => amount !== undefined)).toHaveLength(70);
    expect(articleFigures.filter(({ qualifier }) => qualifier === 'range')).toHaveLength(1);
    expect(new Set(articleFigures.map(({ metric }) => metric)).size).toBe(71);
  });

  it.each(articleFigures.map((figure) => [figure.metric, figure] as const))(
    '%s is read as printed and renders back',
    (_, figure) => {
      // given
      const { printed, amount, qualifier, unit, resolution } = figure;

      // when
      const quantity = understood(figure);
      const parsed = parsePrinted(printed);

      // then
      expect(quantity).toMatchObject({ unit, qualifier, printed });
      expect(quantity.amount).toBe(amount);
      if (resolution !== undefined) expect(quantity.resolution).toBe(resolution);
      expect('form' in parsed && renderPrinted(parsed.form)).toBe(printed);
    },
  );

  it.each(
    articleFigures
      .filter(({ qualifier }) => qualifier !== 'exact')
      .map((figure) => [figure.printed, figure] as const),
  )('%s bounds what its qualifier bounds', (_, figure) => {
    // given
    const quantity = understood(figure);
    const limits = physicalLimits(figure.kind);

    // when
    const stated = certainBounds(quantity);
    const physical = certainBounds(quantity, limits);

    // then
    expect(stated.lower?.value).toBe(figure.lower);
    expect(figure.qualifier === 'atLeast' ? physical.upper?.value : stated.upper?.value).toBe(
      figure.upper,
    );
    expect(conventionalUpper(quantity)).toBe(figure.conventionalUpper);
  });

  it('records a resolution for areas, masses and rates, and for counts only with 万', () => {
    const withResolution = articleFigures
      .map(understood)
      .filter(({ resolution }) => resolution !== undefined)
      .map(({ printed, resolution }) => `${printed} ${resolution}`);

    expect(withResolution).toEqual([
      '80% 1',
      '约1.96平方公里 0.01',
      '115万平方米 10000',
      '68.1万平方米 1000',
      '63万平方米 10000',
      '25.5万平方米 1000',
      '约27.6平方公里 0.1',
      '14.25平方公里 0.01',
      '1.16万吨 100',
      '1平方公里/个 1',
      '1.1万件/月 1000',
      '99.87% 0.01',
      '76% 1',
    ]);
  });
});
