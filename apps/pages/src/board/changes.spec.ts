import { changedItems } from './changes.js';
import { boardOf, landBoard, metric, milestone } from './fixtures.js';

describe('what changed between two boards', () => {
  it('is nothing when both say the same', () => {
    expect(changedItems(landBoard(), landBoard())).toEqual([]);
  });

  it('is a figure with a newer statement, even one that reads the same', () => {
    // given
    const before = landBoard();
    const after = landBoard();
    const signed = after.highlights[0]?.items[0];
    if (signed?.kind !== 'metric') throw new Error('the fixture has no signed area');
    // when
    signed.values = signed.values.map((value) => ({ ...value, eventId: 'a-correction' }));
    // then
    expect(changedItems(before, after)).toEqual([signed.id]);
  });

  it('is a withdrawn figure, a milestone that moved, and a new item', () => {
    const before = boardOf([
      metric('a', undefined, { absence: 'missing' }),
      milestone('b', { status: 'ongoing' }),
    ]);
    const after = boardOf([
      metric('a', undefined, { absence: 'withdrawn' }),
      milestone('b', { status: 'reached', eventId: 'reached' }),
      milestone('c'),
    ]);
    expect(changedItems(before, after)).toEqual(['a', 'b', 'c']);
  });
});
