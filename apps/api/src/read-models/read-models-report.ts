import type { QueryBus } from '@nestjs/cqrs';
import { GetLogHead, ListActivity, ReadLogPage, ResolveReadPoint } from '@ledger/application';
import type { Clock, Head } from '@ledger/event-log';
import {
  type Change,
  isModelName,
  type ModelName,
  type ModelStanding,
  NEEDS,
  versionOf,
} from '@ledger/read-models';
import { operationBody } from '../operations/operation-body.js';
import type { ProjectorThread } from '../projector-thread.js';
import type { ReadModelsKeeper } from './read-models-keeper.js';
import type { ReadModelBody, ReadModelsBody } from './schemas.js';

type Parts = {
  projector: ProjectorThread;
  keeper: ReadModelsKeeper;
  queries: QueryBus;
  clock: Clock;
};

/** How one model fares; `problem` says in a sentence why it stands still. */
export type ModelHealth = Pick<ReadModelBody, 'name' | 'status'> & {
  problem?: string;
};

/** Says how the read models fare, from what the projector's thread last told. */
export class ReadModelsReport {
  constructor(private readonly parts: Parts) {}

  async all(): Promise<ReadModelsBody> {
    const { projector, keeper } = this.parts;
    const head = await this.head();
    const { build, outdated } = projector.views;
    const rebuild = keeper.lastRebuild;
    return {
      head: head?.position ?? null,
      build,
      outdated: outdated !== undefined,
      rebuilt: await this.lastRecorded(),
      rebuild: rebuild === undefined ? null : operationBody(rebuild),
      models: await Promise.all(this.standing().map((model) => this.bodyOf(model, head))),
    };
  }

  async one(name: string): Promise<ReadModelBody | undefined> {
    const found = this.standing().find((model) => model.name === name);
    return found === undefined ? undefined : this.bodyOf(found, await this.head());
  }

  /** Asks nothing of the log: health must be told when that cannot be reached. */
  health(): ModelHealth[] {
    return this.standing().map((model) => {
      const { name, fault } = model;
      return {
        name,
        status: this.statusOf(model),
        ...(fault !== undefined && {
          problem:
            `It cannot take in the ${fault.type} at position ${fault.position} ` +
            `(${fault.eventId}) and stands still before it: ${fault.message}`,
        }),
      };
    });
  }

  /** The server answers, and yet somebody must look: nothing here mends itself. */
  get isDegraded(): boolean {
    const { outdated } = this.parts.projector.views;
    const { state } = this.parts.keeper.lastRebuild ?? {};
    // What was built is in force, although the projector may not have looked yet.
    const isBuilt = this.isRebuilding || state === 'succeeded';
    const isGivenUp = outdated !== undefined && !isBuilt;
    return isGivenUp || this.standing().some(({ fault }) => fault !== undefined);
  }

  /** The views in force; `outdated` says why they are not what this program would make of the log. */
  views(): { build: string; outdated?: string } {
    const { build, outdated } = this.parts.projector.views;
    if (outdated === undefined) return { build };
    const { state = 'not begun', error } = this.parts.keeper.lastRebuild ?? {};
    const course = error === undefined ? `it is ${state}.` : `it failed: ${error.message}`;
    return { build, outdated: `They serve on, but ${outdated}. Of their rebuild: ${course}` };
  }

  private standing(): (ModelStanding & { name: ModelName })[] {
    return this.parts.projector.models.flatMap(({ name, ...standing }) =>
      isModelName(name) ? [{ name, ...standing }] : [],
    );
  }

  private async bodyOf(
    model: ModelStanding & { name: ModelName },
    head: Head | undefined,
  ): Promise<ReadModelBody> {
    const { name, version, position, rows, hash, fault } = model;
    return {
      name,
      version,
      outdated: version !== versionOf(name),
      status: this.statusOf(model),
      position,
      // Every engine counts positions from 1 and events from 0.
      sequence: Number(position) - 1,
      lagEvents: head === undefined ? null : lagOf(model, head),
      lagSeconds: head === undefined ? null : await this.lagSeconds(model, head),
      eventsPerSecond: this.parts.projector.pace.of(name),
      rows,
      hash,
      ...(fault !== undefined && { fault: { ...fault, position: String(fault.position) } }),
    };
  }

  private statusOf({ fault }: ModelStanding): ReadModelBody['status'] {
    if (fault !== undefined) return 'parked';
    if (!this.parts.projector.state.running) return 'stopped';
    return this.isRebuilding ? 'rebuilding' : 'running';
  }

  private get isRebuilding(): boolean {
    const { state } = this.parts.keeper.lastRebuild ?? {};
    return state === 'queued' || state === 'running';
  }

  /** The age of the first event that the model lacks, in seconds to the millisecond. */
  private async lagSeconds(model: ModelStanding, head: Head): Promise<number | null> {
    if (lagOf(model, head) === 0) return 0;
    const page = new ReadLogPage({ after: model.position, limit: 1 });
    const found = await this.parts.queries.execute(page).catch(() => undefined);
    const recordedAt = found?.events[0]?.metadata.recordedAt;
    if (recordedAt === undefined) return null;
    return Math.max(0, this.parts.clock() - Date.parse(recordedAt)) / 1_000;
  }

  /** What the ledger last said of a rebuild, whoever did it. */
  private async lastRecorded(): Promise<Change | null> {
    const { queries } = this.parts;
    const { knownAt } = await queries.execute(new ResolveReadPoint({ needs: NEEDS.activity }));
    const subject = { kind: 'projection', id: 'read-models' };
    const page = await queries.execute(new ListActivity({ knownAt, subject, limit: 1 }));
    return page.items[0] ?? null;
  }

  private head(): Promise<Head | undefined> {
    return this.parts.queries.execute(new GetLogHead()).catch(() => undefined);
  }
}

/** What was told may be newer than the head that was read before. */
const lagOf = ({ position }: ModelStanding, head: Head): number =>
  Math.max(0, Number(head.position) - Number(position));
