import type { Json, Text } from '@ledger/domain';

/**
 * One thing that is wrong with a request: where (`pointer` into the JSON body, or the name of a
 * `parameter` of path or query, or of a `header`), a code that never changes, what was seen and
 * what to do.
 */
export type Fault = {
  pointer?: string;
  parameter?: string;
  header?: string;
  code: string;
  message: Text;
  hint?: Text;
  received?: Json;
};

/** Members that one kind of problem has beyond the common ones, e.g. `actualRevision`. */
export type ProblemExtensions = { [member: string]: Json };

/**
 * A request that is not answered as asked. The first fault's code is the problem's code, and the
 * table of codes gives its status. Thrown by the edge, turned into RFC 9457 by the filter.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly faults: readonly [Fault, ...Fault[]];
  readonly status: number | undefined;
  readonly extensions: ProblemExtensions;
  readonly headers: { readonly [name: string]: string };

  constructor(
    faults: readonly [Fault, ...Fault[]],
    more: {
      /** Overrides the table's status where the place of the fault decides it. */
      status?: number;
      extensions?: ProblemExtensions;
      headers?: { readonly [name: string]: string };
    } = {},
  ) {
    super(`${faults[0].code}: ${faults[0].message.en}`);
    this.faults = faults;
    this.status = more.status;
    this.extensions = more.extensions ?? {};
    this.headers = more.headers ?? {};
  }
}

const LONGEST_RECEIVED = 200;

/** A received value as an error may repeat it: short, or cut to a text that says so. */
export function shown(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined) return undefined;
  if (text.length > LONGEST_RECEIVED) return `${text.slice(0, LONGEST_RECEIVED).toWellFormed()}…`;
  return typeof value === 'string' ? value.toWellFormed() : JSON.parse(text);
}
