export type { Lang, Text } from './text.js';
export type {
  Aggregate,
  Decided,
  Decision,
  Json,
  MissingReference,
  Recorded,
  Refusal,
} from './decision.js';
export type {
  Basis,
  Label,
  Qualifier,
  Quantity,
  QuantityInput,
  Value,
  ValueInput,
} from './quantity/quantity.js';
export { findUnit, measureUnits, unitsOfWord, type MeasureUnit } from './quantity/units.js';
export { findQuantities, parsePrinted, renderPrinted } from './quantity/parse.js';
export type {
  FoundQuantity,
  ParsedPrinted,
  ParseOptions,
  PrintedQuantity,
} from './quantity/parse.js';
export { readPrinted, type Read, type Reading } from './quantity/read.js';
export { renderQuantity, type Unprinted } from './quantity/render.js';
export { understandQuantity } from './quantity/understand.js';
export type { ExpectedQuantity, Understood } from './quantity/understand.js';
export * from './quantity/bounds.js';
export * from './quantity/arithmetic.js';
export type { EventDate, LocalDate, Scope, ValidTime } from './time/time.js';
export { isLocalDate, parseDate, shanghaiDate, type CalendarDate } from './time/calendar.js';
export * from './time/period.js';
export * from './time/valid-time.js';
export * from './time/validate.js';
export type * from './metric/events.js';
export type * from './metric/commands.js';
export type * from './reform/events.js';
export type * from './reform/commands.js';
export type * from './milestone/events.js';
export type * from './milestone/commands.js';
export type * from './unit/events.js';
export type * from './unit/commands.js';
export type * from './projection/events.js';
export type * from './projection/commands.js';
export type * from './requests.js';
export * from './catalogue.js';
export { metricAggregate } from './metric/decide.js';
export type { Break, Chain, DefinedMetric, MetricState } from './metric/state.js';
export type { LiveLine, LiveStatement } from './metric/live-line.js';
export { lineOf, liveAt, seriesId } from './metric/state.js';
export { reformAggregate } from './reform/decide.js';
export type { ReformState } from './reform/state.js';
export { milestoneAggregate } from './milestone/decide.js';
export type { MilestoneState } from './milestone/state.js';
export { unitAggregate } from './unit/decide.js';
export type { UnitState } from './unit/state.js';
export { projectionAggregate } from './projection/decide.js';
export type { ProjectionState, Rebuild } from './projection/state.js';
export * as givenWhenThen from './given-when-then.js';
