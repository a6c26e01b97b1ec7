import type { Aggregate, Decision, Recorded, Refusal } from './decision.js';
import { same } from './same.js';

/** The id that the kit gives to the event at a revision: `event-0` for the first. */
export const eventIdAt = (revision: number): string => `event-${revision}`;

/** A history as the log would hand it out, with the ids of `eventIdAt`. */
export const recorded = <E extends object>(events: readonly E[]): Recorded<E>[] =>
  events.map((event, revision) => ({ ...event, id: eventIdAt(revision), revision }));

/** The state to which a history leads. */
export const stateAfter = <S, C, E extends object>(
  aggregate: Aggregate<S, C, E>,
  events: readonly E[],
): S =>
  recorded(events).reduce(
    (state, event) => aggregate.evolve(state, frozen(event)),
    aggregate.initial(),
  );

/**
 * Given what was recorded, when a command is decided, then this follows. Needs no test framework:
 * an expectation that fails throws an Error that says what was decided instead.
 *
 * Whatever is expected, the kit also checks that deciding changed neither the command nor the
 * state, and that a second decision on the same state is the same one.
 */
export function given<S, C extends object, E extends object>(
  aggregate: Aggregate<S, C, E>,
  events: readonly E[] = [],
) {
  return {
    when(command: C) {
      const decision = decidePurely(aggregate, events, command);
      return {
        /**
         * Exactly these events are accepted; and the same command once more, now that they stand,
         * leads to no second event but is found said already, by one of them.
         */
        thenAccepted(...expected: [E, ...E[]]): void {
          expectThat(
            decision.outcome === 'accepted' && same(decision.events, expected),
            { outcome: 'accepted', events: expected },
            decision,
          );
          const history = [...events, ...expected];
          const again = decidePurely(aggregate, history, command);
          const ids = expected.map((_, index) => eventIdAt(events.length + index));
          expectThat(
            again.outcome === 'unchanged' && ids.includes(again.existing),
            `unchanged at the second time, by one of ${ids.join(', ')}`,
            again,
          );
        },
        /** Refused with this code, at this pointer where one is named; returns that refusal. */
        thenRefused(code: string, pointer?: string): Refusal {
          const refusals = decision.outcome === 'refused' ? decision.refusals : [];
          const refusal = refusals.find(
            (each) => each.code === code && (pointer === undefined || each.pointer === pointer),
          );
          if (refusal === undefined) {
            throw new Error(differs({ outcome: 'refused', code, pointer }, decision));
          }
          for (const { message, hint } of refusals) {
            const texts = [message.zh, message.en, hint.zh, hint.en];
            expectThat(
              texts.every((text) => text.trim() !== ''),
              'messages and hints',
              refusals,
            );
          }
          return refusal;
        },
        /** The ledger says so already, by this event. */
        thenUnchanged(existing: string): void {
          expectThat(
            same(decision, { outcome: 'unchanged', existing }),
            { outcome: 'unchanged', existing },
            decision,
          );
        },
      };
    },
  };
}

function decidePurely<S, C extends object, E extends object>(
  aggregate: Aggregate<S, C, E>,
  events: readonly E[],
  command: C,
): Decision<E> {
  const state = stateAfter(aggregate, events);
  const decision = aggregate.decide(frozen(command), state);
  const untouched = stateAfter(aggregate, events);
  expectThat(same(plain(state), plain(untouched)), 'a state that deciding leaves alone', state);
  const repeated = aggregate.decide(command, state);
  expectThat(same(repeated, decision), decision, repeated);
  return decision;
}

/** Freezes a value and all inside it, so that whoever changes it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** A copy with maps as lists of their entries, so that states compare as plain values. */
export function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function expectThat(holds: boolean, expected: unknown, actual: unknown): asserts holds {
  if (!holds) throw new Error(differs(expected, actual));
}

const differs = (expected: unknown, actual: unknown): string =>
  `Expected ${JSON.stringify(plain(expected), null, 2)}\nbut got ${JSON.stringify(plain(actual), null, 2)}`;
