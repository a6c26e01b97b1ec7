import type { Subject } from '../../facts.js';
import { ProjectionFault } from '../../fault.js';

/** The kinds that are compared, in the order of the answer. */
export const comparedKinds = ['metric', 'milestone', 'reform', 'unit'] as const;
export type ComparedKind = (typeof comparedKinds)[number];
export type ComparedSubject = { kind: ComparedKind; id: string };

/**
 * How far a comparison has come: a subject, and how much of it is done. `definition`: its
 * definition; a number: its series up to this one, counted from 0; `all`: everything.
 */
export type Place = ComparedSubject & { done: 'definition' | 'all' | number };

export const isCompared = (subject: Subject): subject is ComparedSubject =>
  comparedKinds.some((kind) => kind === subject.kind);

/** Negative when `left` comes first in the answer. */
export function bySubject(left: ComparedSubject, right: ComparedSubject): number {
  const kinds = comparedKinds.indexOf(left.kind) - comparedKinds.indexOf(right.kind);
  if (kinds !== 0) return kinds;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** Inverse of `readPlace`. */
export const writePlace = ({ kind, id, done }: Place): string => `${kind}/${id}/${done}`;

/** Inverse of `writePlace`. Throws `POSITION_INVALID` for what it did not write. */
export function readPlace(text: string): Place {
  const [kind, id, done, ...rest] = text.split('/');
  const known = comparedKinds.find((one) => one === kind);
  const part = done === 'definition' || done === 'all' ? done : numberOf(done);
  if (known !== undefined && id !== undefined && part !== undefined && rest.length === 0) {
    return { kind: known, id, done: part };
  }
  throw new ProjectionFault('POSITION_INVALID', `"${text}" is no place in a comparison.`, {
    position: text,
  });
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
