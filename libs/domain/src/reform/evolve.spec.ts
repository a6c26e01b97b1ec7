import { stateAfter } from '../given-when-then.js';
import { reformAggregate } from './decide.js';
import type { ReformEvent } from './events.js';
import { advanced, assigned, redevelopment, registered, responsibility } from './fixtures.js';

const after = (...events: ReformEvent[]) => stateAfter(reformAggregate, events);

describe('what stands after', () => {
  it('nothing: no reform', () => {
    expect(after()).toEqual({ status: 'none' });
  });

  it('a registration: the reform, with neither stage nor responsibility', () => {
    expect(after(registered())).toEqual({
      status: 'registered',
      registration: { value: redevelopment, by: 'event-0' },
      stage: undefined,
      responsibility: undefined,
    });
  });

  it('a registration with a stage: the stage, said by it', () => {
    expect(after(registered({ stage: 'pilot' }))).toMatchObject({
      stage: { value: 'pilot', by: 'event-0' },
    });
  });

  it('advances and assignments: the last of each', () => {
    const state = after(
      registered(),
      advanced('pilot'),
      assigned({ due: '2021-10-31' }),
      advanced('demonstrationPoint', 'pilot'),
      assigned(),
    );
    expect(state).toMatchObject({
      registration: { by: 'event-0' },
      stage: { value: 'demonstrationPoint', by: 'event-3' },
      responsibility: { value: responsibility, by: 'event-4' },
    });
  });

  it.each([advanced('pilot'), assigned()])('$type of nothing: still no reform', (event) => {
    expect(after(event)).toEqual({ status: 'none' });
  });
});
