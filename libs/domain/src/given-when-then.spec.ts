import type { Aggregate, Decision, Recorded } from './decision.js';
import { given } from './given-when-then.js';

// A tiny aggregate, sound or with one deliberate flaw, to show that the kit notices.
type Counted = { type: 'Counted'; data: { to: number } };
type State = { count: number; by: string };
type Flaw = 'mutates' | 'repeats' | 'wavers' | 'silent' | 'none';

function counter(flaw: Flaw): Aggregate<State, { to: number }, Counted> {
  let calls = 0;
  return {
    category: 'counter',
    initial: () => ({ count: 0, by: '' }),
    decide({ to }, state): Decision<Counted> {
      calls += 1;
      if (flaw === 'mutates') state.count = to;
      if (to === state.count && flaw !== 'repeats') {
        return { outcome: 'unchanged', existing: state.by };
      }
      if (to < state.count) {
        const text = flaw === 'silent' ? '' : 'no';
        const message = { zh: text, en: text };
        const refusal = { code: 'COUNT_FALLS', pointer: '/to', message, hint: message };
        return { outcome: 'refused', refusals: [refusal] };
      }
      const counted = flaw === 'wavers' ? to + calls : to;
      return { outcome: 'accepted', events: [{ type: 'Counted', data: { to: counted } }] };
    },
    evolve: (_state, { data, id }: Recorded<Counted>) => ({ count: data.to, by: id }),
  };
}

const counted = (to: number): Counted => ({ type: 'Counted', data: { to } });

describe('the given-when-then kit', () => {
  it('passes what is so', () => {
    given(counter('none')).when({ to: 1 }).thenAccepted(counted(1));
    given(counter('none'), [counted(1), counted(5)])
      .when({ to: 5 })
      .thenUnchanged('event-1');
    const refusal = given(counter('none'), [counted(5)])
      .when({ to: 2 })
      .thenRefused('COUNT_FALLS');
    expect(refusal.pointer).toBe('/to');
  });

  it('says what was decided instead', () => {
    const { when } = given(counter('none'), [counted(5)]);
    expect(() => when({ to: 7 }).thenAccepted(counted(8))).toThrow('"to": 7');
    expect(() => when({ to: 7 }).thenRefused('COUNT_FALLS')).toThrow('accepted');
    expect(() => when({ to: 2 }).thenRefused('OTHER')).toThrow('COUNT_FALLS');
    expect(() => when({ to: 2 }).thenRefused('COUNT_FALLS', '/elsewhere')).toThrow('/to');
    expect(() => when({ to: 5 }).thenUnchanged('event-3')).toThrow('event-0');
    expect(() => when({ to: 2 }).thenUnchanged('event-0')).toThrow('COUNT_FALLS');
  });

  it('notices a decider that changes the state', () => {
    expect(() => given(counter('mutates')).when({ to: 1 })).toThrow('leaves alone');
  });

  it('notices a second event for the same command', () => {
    expect(() => given(counter('repeats')).when({ to: 1 }).thenAccepted(counted(1))).toThrow(
      'unchanged at the second time',
    );
  });

  it('notices a decider that answers differently when asked twice', () => {
    expect(() => given(counter('wavers')).when({ to: 1 })).toThrow('Expected');
  });

  it('notices a refusal without words', () => {
    expect(() =>
      given(counter('silent'), [counted(5)])
        .when({ to: 2 })
        .thenRefused('COUNT_FALLS'),
    ).toThrow('messages and hints');
  });
});
