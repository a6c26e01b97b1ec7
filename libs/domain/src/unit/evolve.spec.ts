import { stateAfter } from '../given-when-then.js';
import { unitAggregate } from './decide.js';
import type { UnitEvent } from './events.js';
import { housingBureau, newNames, registered, renamed } from './fixtures.js';

const after = (...events: UnitEvent[]) => stateAfter(unitAggregate, events);

describe('what stands after', () => {
  it('nothing: no unit', () => {
    expect(after()).toEqual({ status: 'none' });
  });

  it('a registration: the unit', () => {
    expect(after(registered())).toEqual({
      status: 'registered',
      unit: housingBureau,
      namedBy: 'event-0',
    });
  });

  it('a renaming: the new names, all else as before', () => {
    expect(after(registered(), renamed())).toEqual({
      status: 'registered',
      unit: { ...housingBureau, names: newNames },
      namedBy: 'event-1',
    });
  });

  it('a renaming of nothing: still no unit', () => {
    expect(after(renamed())).toEqual({ status: 'none' });
  });
});
