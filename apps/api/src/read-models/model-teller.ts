import type { ModelStanding } from '@ledger/read-models';

/** A state hash costs a few microseconds, and nobody looks more often than this. */
const TELL_EVERY_MS = 250;

/**
 * Tells how the models stand, in the projector's thread: some four times a second while they move,
 * and at once when one of them is parked. A parked model tries again whenever its views are opened;
 * until it has got past its event it is still told of as parked.
 */
export class ModelTeller {
  private faults = new Map<string, ModelStanding>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly standing: () => ModelStanding[],
    private readonly tell: (models: ModelStanding[]) => void,
  ) {}

  /** The models moved. */
  soon(): void {
    this.timer ??= setTimeout(() => this.now(), TELL_EVERY_MS).unref();
  }

  /** To be called outside of a batch: what is told stands in the views. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const models = this.standing().map((model) => this.withFault(model));
    if (models.length === 0) return;
    this.faults = new Map(
      models.filter(({ fault }) => fault !== undefined).map((model) => [model.name, model]),
    );
    this.tell(models);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private withFault(model: ModelStanding): ModelStanding {
    const fault = model.fault ?? this.faults.get(model.name)?.fault;
    const isPast = fault !== undefined && Number(model.position) >= fault.position;
    return fault === undefined || isPast ? model : { ...model, fault };
  }
}
