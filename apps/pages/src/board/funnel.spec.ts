import { articleAreas, boardOf, landBoard, metric } from './fixtures.js';
import { funnelMetrics, landFunnel, ratioOf } from './funnel.js';
import type { FunnelRatio } from './funnel.js';

const ratioNamed = (ratios: FunnelRatio[] | undefined, part: string, whole: string) =>
  ratios?.find((ratio) => ratio.part === part && ratio.whole === whole);

describe('the land funnel', () => {
  it('puts the three floor areas of the article on one scale, in their order', () => {
    // given
    const board = landBoard();
    // when
    const funnel = landFunnel(board);
    // then
    expect(funnel?.stages.map(({ part, bar }) => [part, bar])).toEqual([
      ['signed', 100],
      ['vacated', 59.22],
      ['demolished', 54.78],
    ]);
  });

  it('computes the ratios exactly and marks those that rest on the inferred basis', () => {
    const ratios = landFunnel(landBoard())?.ratios;
    expect(ratioNamed(ratios, 'vacated', 'signed')).toMatchObject({
      percent: '59.2',
      inferred: true,
    });
    expect(ratioNamed(ratios, 'demolished', 'signed')).toMatchObject({
      percent: '54.8',
      inferred: false,
    });
    expect(ratioNamed(ratios, 'demolished', 'vacated')).toMatchObject({
      percent: '92.5',
      inferred: true,
    });
  });

  it('keeps the land area apart: no ratio names it', () => {
    const funnel = landFunnel(landBoard());
    expect(funnel?.apart?.part).toBe('land');
    expect(funnel?.ratios.some(({ part, whole }) => part === 'land' || whole === 'land')).toBe(
      false,
    );
  });

  it('refuses to divide across bases even when asked to', () => {
    // given
    const funnel = landFunnel(landBoard());
    const [signed] = funnel?.stages ?? [];
    const land = funnel?.apart;
    if (signed === undefined || land === undefined) throw new Error('the fixture has no funnel');
    // when
    const ratio = ratioOf(land, signed);
    // then
    expect(ratio).toMatchObject({ why: 'basis' });
    expect(ratio.percent).toBeUndefined();
  });

  it('gives no ratio of a figure that is only a bound', () => {
    const moreThan = { ...articleAreas.signed, qualifier: 'moreThan' } as const;
    const ratios = landFunnel(landBoard({ signed: moreThan }))?.ratios;
    expect(ratioNamed(ratios, 'demolished', 'signed')).toMatchObject({ why: 'inexact' });
    expect(ratioNamed(ratios, 'demolished', 'vacated')).toMatchObject({ percent: '92.5' });
  });

  it('shows a missing figure as missing, never as zero', () => {
    const funnel = landFunnel(landBoard({ vacated: undefined }));
    const vacated = funnel?.stages[1];
    expect(vacated?.quantity).toBeUndefined();
    expect(vacated?.metric.absence).toBe('missing');
    expect(ratioNamed(funnel?.ratios, 'vacated', 'signed')).toMatchObject({ why: 'missing' });
  });

  it('tells when two figures stand for different days', () => {
    // given a later figure for the vacated area
    const board = landBoard();
    const vacated = board.highlights[0]?.items[1];
    if (vacated?.kind !== 'metric') throw new Error('the fixture has no vacated area');
    vacated.values = vacated.values.map((value) => ({ ...value, validOn: '2021-09-30' }));
    // when
    const ratios = landFunnel(board)?.ratios;
    // then
    expect(ratioNamed(ratios, 'vacated', 'signed')?.datesDiffer).toBe(true);
    expect(ratioNamed(ratios, 'demolished', 'signed')?.datesDiffer).toBe(false);
  });

  it('appears only when the ledger has all three stages', () => {
    expect(landFunnel(boardOf([]))).toBeUndefined();
    expect(
      landFunnel(boardOf([metric(funnelMetrics.signed, articleAreas.signed)])),
    ).toBeUndefined();
  });
});
