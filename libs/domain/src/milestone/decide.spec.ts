import { given } from '../given-when-then.js';
import type { MilestoneCommand } from './commands.js';
import { milestoneAggregate } from './decide.js';
import type { MilestoneEvent } from './events.js';
import {
  ongoing,
  planMilestone,
  planned,
  reach,
  reached,
  reportOngoing,
  revoke,
  revoked,
} from './fixtures.js';

const history = (...events: MilestoneEvent[]) => given(milestoneAggregate, events);
const published = '2021-08-26';

describe('planning a milestone', () => {
  it('records the task force with its label, which is no sum', () => {
    history().when(planMilestone()).thenAccepted(planned());
  });

  it('records a deadline and a scope that are yet to come', () => {
    const later = { due: '2025-12-31', scope: { start: '2021-01-01', end: '2025-12-31' } };
    history().when(planMilestone(later)).thenAccepted(planned(later));
  });

  it('finds the same plan on record, also once it is reached', () => {
    history(planned()).when(planMilestone()).thenUnchanged('event-0');
    history(planned(), reached(published)).when(planMilestone()).thenUnchanged('event-0');
  });

  it('refuses another plan under the same identifier', () => {
    history(planned())
      .when(planMilestone({ note: '更名' }))
      .thenRefused('MILESTONE_ALREADY_PLANNED', '/milestone');
  });

  const reform = { pointer: '/plan/reform', id: 'land-redevelopment-3-0', kind: 'reform' } as const;
  const refused: [string, string, MilestoneCommand][] = [
    ['ID_INVALID', '/milestone', planMilestone({}, { milestone: '1+15+15+5' })],
    [
      'REFERENCE_UNKNOWN',
      '/plan/reform',
      planMilestone({}, { facts: { missingReferences: [reform] } }),
    ],
    ['TEXT_MISSING', '/plan/names/en', planMilestone({ names: { zh: '专班', en: '' } })],
    ['TEXT_MISSING', '/plan/label/printed', planMilestone({ label: { printed: ' ' } })],
    ['TEXT_NOT_CLEAN', '/plan/note', planMilestone({ note: 'Cafe\u0301' })],
    ['TEXT_NOT_CLEAN', '/plan/participants/0', planMilestone({ participants: ['\ud800'] })],
    ['DATE_INVALID', '/plan/due', planMilestone({ due: '2021-02-29' })],
    [
      'PERIOD_REVERSED',
      '/plan/scope/end',
      planMilestone({ scope: { start: '2021-12-31', end: '2021-01-01' } }),
    ],
    ['PLACE_INVALID', '/plan/place/item', planMilestone({ place: { highlight: 2, item: 0 } })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history().when(command).thenRefused(code, pointer);
  });
});

describe('reporting a milestone under way', () => {
  it('records the day as of which it is', () => {
    history(planned()).when(reportOngoing(published)).thenAccepted(ongoing(published));
  });

  it('records later days and notes as well', () => {
    history(planned(), ongoing('2021-07-31'))
      .when(reportOngoing(published, { note: '15 个工作组已到位' }))
      .thenAccepted(ongoing(published, '15 个工作组已到位'));
  });

  it('finds the same report on record, also an earlier one', () => {
    history(planned(), ongoing('2021-07-31'), ongoing(published))
      .when(reportOngoing('2021-07-31'))
      .thenUnchanged('event-1');
  });

  it('is possible anew once the reach was revoked', () => {
    history(planned(), ongoing(published), reached(published), revoked('event-2'))
      .when(reportOngoing(published))
      .thenAccepted(ongoing(published));
  });

  it('is refused once the milestone is reached', () => {
    const refusal = history(planned(), reached(published))
      .when(reportOngoing('2021-08-31'))
      .thenRefused('MILESTONE_ALREADY_REACHED', '/on/date');
    expect(refusal.facts).toEqual({ eventId: 'event-1', date: published });
  });
});

describe('reaching a milestone', () => {
  it('is recorded with evidence, planned or under way', () => {
    history(planned()).when(reach(published)).thenAccepted(reached(published));
    history(planned(), ongoing('2021-07-31'))
      .when(reach(published, { note: '见报' }))
      .thenAccepted(reached(published, '见报'));
  });

  it('is refused without evidence', () => {
    history(planned())
      .when(reach(published, { evidenced: false }))
      .thenRefused('MILESTONE_EVIDENCE_MISSING', '/evidence');
  });

  it('is found on record for the same day', () => {
    history(planned(), reached(published)).when(reach(published)).thenUnchanged('event-1');
  });

  it('is refused for another day, naming what stands', () => {
    const refusal = history(planned(), reached(published))
      .when(reach('2021-08-31'))
      .thenRefused('MILESTONE_ALREADY_REACHED', '/on/date');
    expect(refusal.facts).toEqual({ eventId: 'event-1', date: published });
  });

  it('is possible again after it was revoked, on the same day too', () => {
    history(planned(), reached(published), revoked('event-1'))
      .when(reach(published))
      .thenAccepted(reached(published));
  });
});

describe('what both reports refuse', () => {
  const refused: [string, string, MilestoneCommand][] = [
    ['TIME_IN_FUTURE', '/on/date', reach('2021-09-02')],
    ['TIME_IN_FUTURE', '/on/date', reportOngoing('2021-09-02')],
    ['DATE_INVALID', '/on/date', reach('2021-8-26')],
    ['DATE_INVALID', '/on/date', reportOngoing('')],
    ['TEXT_NOT_CLEAN', '/note', reach(published, { note: '\u0000' })],
    ['TEXT_NOT_CLEAN', '/note', reportOngoing(published, { note: '\udc00' })],
  ];
  it.each(refused)('%s at %s', (code, pointer, command) => {
    history(planned()).when(command).thenRefused(code, pointer);
  });

  it('a milestone that is not planned', () => {
    for (const command of [reach(published), reportOngoing(published), revoke('event-1')]) {
      history().when(command).thenRefused('MILESTONE_NOT_PLANNED', '/milestone');
    }
  });
});

describe('revoking a reach', () => {
  it('records which event no longer stands', () => {
    history(planned(), reached(published)).when(revoke('event-1')).thenAccepted(revoked('event-1'));
  });

  it('is found on record for the same event', () => {
    history(planned(), reached(published), revoked('event-1'))
      .when(revoke('event-1'))
      .thenUnchanged('event-2');
  });

  it('is refused for an event that does not stand, naming the one that does', () => {
    const refusal = history(
      planned(),
      reached(published),
      revoked('event-1'),
      reached('2021-08-31'),
    )
      .when(revoke('event-1'))
      .thenRefused('MILESTONE_NOT_REACHED', '/revokes');
    expect(refusal.facts).toEqual({ eventId: 'event-3', date: '2021-08-31' });
  });

  it('is refused where nothing is reached', () => {
    for (const past of [[planned()], [planned(), ongoing(published)]]) {
      history(...past)
        .when(revoke('event-0'))
        .thenRefused('MILESTONE_NOT_REACHED', '/revokes');
    }
  });

  it('needs a reason', () => {
    history(planned(), reached(published))
      .when(revoke('event-1', ' '))
      .thenRefused('REASON_MISSING', '/reason');
  });
});
