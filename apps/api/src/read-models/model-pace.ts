import type { ModelStanding } from '@ledger/read-models';

/** Over how long the pace is taken. */
const WINDOW_MS = 5_000;

type Sample = { at: number; position: number };

/** How many events each model has taken in a second, over the last seconds. */
export class ModelPace {
  private readonly samples = new Map<string, Sample[]>();

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  take(models: readonly Pick<ModelStanding, 'name' | 'position'>[]): void {
    const at = this.now();
    for (const { name, position } of models) {
      const samples = this.recent(name, at);
      samples.push({ at, position: Number(position) });
      this.samples.set(name, samples);
    }
  }

  /** Events a second, rounded to tenths; 0 where nothing moved or nothing is known. */
  of(name: string): number {
    const [first, ...rest] = this.recent(name, this.now());
    const taken = (rest.at(-1)?.position ?? 0) - (first?.position ?? 0);
    // Views of another log may stand earlier than those before them.
    return rest.length === 0 || taken <= 0 ? 0 : Math.round((taken * 10_000) / WINDOW_MS) / 10;
  }

  /** The samples of the window, after the last one before it: from there events are counted. */
  private recent(name: string, now: number): Sample[] {
    const samples = this.samples.get(name) ?? [];
    const inside = samples.findIndex(({ at }) => now - at <= WINDOW_MS);
    return samples.slice(inside < 0 ? -1 : Math.max(0, inside - 1));
  }
}
