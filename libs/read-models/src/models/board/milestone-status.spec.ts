import { turnAt } from './milestone-status.js';

const turn = (status: 'planned' | 'ongoing' | 'reached' | 'revoked', date?: string) => ({
  status,
  ...(date !== undefined && { on: { type: 'date' as const, date } }),
  eventId: `${status} ${date ?? ''}`,
  position: '1',
});

const planned = turn('planned');
const ongoing = turn('ongoing', '2021-06-01');
const reached = turn('reached', '2021-08-26');
const revoked = turn('revoked');

describe('the status of a milestone on a day', () => {
  it.each([
    ['2021-05-31', planned],
    ['2021-06-01', ongoing],
    ['2021-08-25', ongoing],
    ['2021-08-26', reached],
  ])('on %s is what had happened by then', (validAt, standing) => {
    expect(turnAt([planned, ongoing, reached], validAt)).toBe(standing);
  });

  it('is revoked from the day of the reach that never stood', () => {
    const history = [planned, ongoing, reached, revoked];

    expect(turnAt(history, '2021-08-25')).toBe(ongoing);
    expect(turnAt(history, '2021-08-26')).toBe(revoked);
  });

  it('follows the order of recording, not that of days', () => {
    const late = turn('reached', '2021-05-01');

    expect(turnAt([planned, ongoing, late], '2021-07-01')).toBe(late);
  });

  it('is the second reach, where the first was revoked', () => {
    const again = turn('reached', '2021-10-01');
    const history = [planned, reached, revoked, again];

    expect(turnAt(history, '2021-09-01')).toBe(revoked);
    expect(turnAt(history, '2021-10-01')).toBe(again);
  });
});
