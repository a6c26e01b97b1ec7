/**
 * - `EVENT_UNKNOWN`: the log holds an event type that the models do not know.
 * - `MODEL_FAILED`: a model could not take an event in; nothing of its batch was written.
 * - `LOG_OUT_OF_ORDER`: the log handed out a gap, a double or another order.
 * - `POSITION_INVALID`: no decimal number, or beyond 2^53 - 1, which the views hold exactly.
 * - `NOT_A_VIEWS_FILE`: something else stands at the path of the views and is left alone.
 * - `VIEWS_MISSING`: there are no views to read yet, or somebody takes them away just now.
 * - `VIEWS_UNWRITABLE`: their disk is full, or they may only be read.
 * - `SEGMENTS_UNUSABLE`: the cache beside the views is damaged or of another layout; it is made anew.
 * - `REBUILD_DIFFERS`: rebuilt views hold something else than those in force, and nothing explains it.
 * - `NOT_YET_PROJECTED`: asked for what was known at a position that the views have not reached.
 */
export type ProjectionFaultCode =
  | 'EVENT_UNKNOWN'
  | 'MODEL_FAILED'
  | 'LOG_OUT_OF_ORDER'
  | 'POSITION_INVALID'
  | 'NOT_A_VIEWS_FILE'
  | 'VIEWS_MISSING'
  | 'VIEWS_UNWRITABLE'
  | 'SEGMENTS_UNUSABLE'
  | 'REBUILD_DIFFERS'
  | 'NOT_YET_PROJECTED';

/** Recognise it by `code`, never by `instanceof`: it may come from another thread. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault';
  constructor(
    readonly code: ProjectionFaultCode,
    message: string,
    readonly details: { model?: string; position?: string; type?: string } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
