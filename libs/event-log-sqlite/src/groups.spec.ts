import { prepareAppend } from '@ledger/event-log';
import { groupLength, groupsOf } from './groups.js';
import { reported, stream } from './test-kit.js';

describe('the groups that one transaction each takes', () => {
  const ofSizes = (sizes: number[]) =>
    sizes.map((size) =>
      prepareAppend(
        stream,
        'none',
        Array.from({ length: size }, () => reported()),
        0,
      ),
    );
  const sizes = (appends: ReturnType<typeof ofSizes>) =>
    [...groupsOf(appends)].map((group) => group.map(({ entries }) => entries.length));

  it('hold at most 1,000 events, and whole appends in their order', () => {
    expect(sizes(ofSizes([600, 400, 1, 999, 1]))).toEqual([[600, 400], [1, 999], [1]]);
    expect(sizes(ofSizes([1_000, 1_000, 2]))).toEqual([[1_000], [1_000], [2]]);
  });

  it('take into a group that is begun what fits, which may be nothing', () => {
    const appends = ofSizes([600, 400, 1]);

    expect([0, 1, 400, 401].map((placed) => groupLength(appends, 0, placed))).toEqual([2, 1, 1, 0]);
  });

  it('are none for an empty queue', () => {
    expect(sizes([])).toEqual([]);
  });
});
