import type { Actor, JsonObject } from '@ledger/event-log';

/** `queued` and `running` end in one of the other three, which never change again. */
export type OperationState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** How far work is inside its present phase; `unit` says what is counted: events, rows. */
export type WorkProgress = { phase: string; done: number; total: number; unit: string };

/** Rate and time left are those of the phase; null while they cannot be told. */
export type OperationProgress = WorkProgress & {
  ratePerSecond: number | null;
  etaSeconds: number | null;
};

/** Why an operation failed: a code for programs and a sentence for people. */
export type OperationError = { code: string; message: string };

/** Long work as those see it who started it (AIP-151). Times are RFC 3339 in UTC. */
export type Operation = {
  id: string;
  kind: string;
  state: OperationState;
  /** Somebody asked to stop; it still runs, and may yet come to its end before it hears of it. */
  cancelRequested?: true;
  progress: OperationProgress;
  request: JsonObject;
  startedBy: Actor;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  result?: JsonObject;
  error?: OperationError;
};

/** What is to be done, and the identity by which a repeat of the same request is recognised. */
export type OperationRequest = {
  kind: string;
  request: JsonObject;
  startedBy: Actor;
  commandId: string;
  commandHash: string;
};

/** How work ended; nothing of it is left when this is told. */
export type WorkEnd =
  | { state: 'succeeded'; result: JsonObject }
  | { state: 'failed'; error: OperationError }
  | { state: 'cancelled' };

/**
 * Work under way. `ended` settles once, after everything that the work had open is closed. `cancel`
 * asks it to stop; work that is past the point of no return may succeed all the same.
 */
export type Work = { ended: Promise<WorkEnd>; cancel(): void };

export type StartWork = (
  job: { id: string; kind: string; request: JsonObject },
  onProgress: (progress: WorkProgress) => void,
) => Work;

/** Whether an operation was taken. `replayed`: the same request came before, and this is its answer. */
export type Submission =
  | { kind: 'accepted'; operation: Operation; replayed: boolean }
  /** The same idempotency key came with another body. */
  | { kind: 'keyReused' }
  /** Too many wait, or the server is about to stop. */
  | { kind: 'full'; waiting: number; retryAfterSeconds: number };
