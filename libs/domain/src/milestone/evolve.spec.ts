import { stateAfter } from '../given-when-then.js';
import { milestoneAggregate } from './decide.js';
import type { MilestoneEvent } from './events.js';
import { asOf, ongoing, planned, reached, revoked, taskForce } from './fixtures.js';

const after = (...events: MilestoneEvent[]) => stateAfter(milestoneAggregate, events);
const plan = { plan: taskForce, plannedBy: 'event-0' };

describe('what stands after', () => {
  it('nothing: no milestone', () => {
    expect(after()).toEqual({ status: 'none' });
  });

  it('a plan: planned', () => {
    expect(after(planned())).toEqual({ status: 'planned', ...plan });
  });

  it('reports under way: ongoing, with each report', () => {
    expect(after(planned(), ongoing('2021-07-31'), ongoing('2021-08-26', '已到位'))).toEqual({
      status: 'ongoing',
      ...plan,
      reports: [
        { on: asOf('2021-07-31'), by: 'event-1' },
        { on: asOf('2021-08-26'), note: '已到位', by: 'event-2' },
      ],
    });
  });

  it('a reach: reached on its day', () => {
    expect(after(planned(), ongoing('2021-07-31'), reached('2021-08-26'))).toEqual({
      status: 'reached',
      ...plan,
      on: asOf('2021-08-26'),
      reachedBy: 'event-2',
    });
  });

  it('a revocation: revoked, and reached again after another reach', () => {
    const past = [planned(), reached('2021-08-26'), revoked('event-1')];
    expect(after(...past)).toEqual({
      status: 'revoked',
      ...plan,
      revokes: 'event-1',
      revokedBy: 'event-2',
    });
    expect(after(...past, reached('2021-08-31'))).toMatchObject({
      status: 'reached',
      reachedBy: 'event-3',
    });
  });

  it.each([ongoing('2021-08-26'), reached('2021-08-26'), revoked('event-1')])(
    '$type of nothing: still no milestone',
    (event) => {
      expect(after(event)).toEqual({ status: 'none' });
    },
  );
});
