import type { z } from 'zod';
import type { EventLogReader, JsonObject } from '@ledger/event-log';
import type { WorkProgress } from '@ledger/application';

// What one kind of operation is: the shape of its request, what is looked up before it is taken,
// and the work itself. A new kind is a file here and its two places in `../kinds.ts`. The thread of
// an operation loads these files, so they import nothing of Nest.

/** What a request may ask of the server before it is taken. Rejects with the problem to answer. */
export type Settling = {
  /** The position for what was known at a position or time; the log's end for undefined. */
  positionAt(knownAt: string | undefined): Promise<string>;
};

/** What the work has in its thread. The folder does not exist yet and is removed afterwards. */
export type WorkPlace = {
  log: EventLogReader;
  viewsFile: string;
  folder: string;
  /** Work ends within a page of events once it aborts, and closes what it had open. */
  signal: AbortSignal;
  onProgress: (progress: WorkProgress) => void;
};

type Parts<Body extends { kind: string }, Request extends JsonObject> = {
  name: Body['kind'];
  body: z.ZodType<Body>;
  request: z.ZodType<Request>;
  /** The body with all that must not change any more once the operation is taken. */
  settle(body: Body, settling: Settling): Promise<Request>;
  run(request: Request, place: WorkPlace): Promise<JsonObject>;
};

/** A kind as the server and the thread hold it, whatever the types of its request. */
export type OperationKind = {
  readonly name: string;
  settle(body: unknown, settling: Settling): Promise<JsonObject>;
  run(request: unknown, place: WorkPlace): Promise<JsonObject>;
};

/** The request is checked again where it arrives in the thread. */
export function kindOf<Body extends { kind: string }, Request extends JsonObject>(
  parts: Parts<Body, Request>,
): OperationKind {
  return {
    name: parts.name,
    settle: (body, settling) => parts.settle(parts.body.parse(body), settling),
    run: (request, place) => parts.run(parts.request.parse(request), place),
  };
}

/** Work on the log counts events; where what was made is looked through, it counts rows. */
export const unitOf = (phase: string): string => (phase.startsWith('compar') ? 'rows' : 'events');
