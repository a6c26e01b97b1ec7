import type { MetricCommand } from './metric/commands.js';
import type { MilestoneCommand } from './milestone/commands.js';
import type { ProjectionCommand } from './projection/commands.js';
import type { ReformCommand } from './reform/commands.js';
import type { UnitCommand } from './unit/commands.js';

/**
 * A command as somebody asks for it. Whoever executes it adds what only the ledger knows: the day
 * it is decided on (`today`) and what the log says of other aggregates (`facts`, `evidenced`).
 */
export type Asked<C> = C extends unknown ? Omit<C, 'today' | 'facts' | 'evidenced'> : never;
export type MetricRequest = Asked<MetricCommand>;
export type ReformRequest = Asked<ReformCommand>;
export type MilestoneRequest = Asked<MilestoneCommand>;
export type UnitRequest = Asked<UnitCommand>;
/** What people and sources ask for. */
export type LedgerRequest = MetricRequest | ReformRequest | MilestoneRequest | UnitRequest;
/** What only the server itself asks for, so no route and no file can hold it. */
export type ProjectionRequest = Asked<ProjectionCommand>;
