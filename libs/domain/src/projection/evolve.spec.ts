import { stateAfter } from '../given-when-then.js';
import { projectionAggregate } from './decide.js';
import type { ProjectionEvent } from './events.js';
import { readModelsRebuilt, rebuilt, upgraded } from './fixtures.js';

const after = (...events: ProjectionEvent[]) => stateAfter(projectionAggregate, events);

describe('what stands after', () => {
  it('nothing: no rebuild', () => {
    expect(after()).toEqual({ status: 'none' });
  });

  it('a rebuild: what it said, found by its build', () => {
    const first = { event: 'event-0', said: rebuilt };
    expect(after(readModelsRebuilt())).toEqual({
      status: 'rebuilt',
      latest: first,
      rebuilds: new Map([['0a1b2c3d', first]]),
    });
  });

  it('another rebuild: that one as the latest, both on record', () => {
    const state = after(readModelsRebuilt(), readModelsRebuilt(upgraded));
    expect(state).toMatchObject({
      status: 'rebuilt',
      latest: { event: 'event-1', said: upgraded },
      rebuilds: new Map([
        ['0a1b2c3d', { event: 'event-0', said: rebuilt }],
        ['4e5f6071', { event: 'event-1', said: upgraded }],
      ]),
    });
  });
});
