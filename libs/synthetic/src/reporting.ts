import type { ValidTime } from '@ledger/domain';
import { noteOf, mistake, reporter, officer, sourceOf, withdrawalReason } from './voices.js';
import { spacing, type Day } from './calendar.js';
import { figureOf, timeOf, truthOf, type Figure } from './figures.js';
import type { Metric, MetricStream, Series } from './metrics.js';
import type { Style } from './printing.js';
import type { Random } from './random.js';
import type { Saying, Teller, Told } from './telling.js';

/** A statement that stands, for whoever corrects or withdraws it later. */
export type Standing = {
  series: Series;
  slot: Day;
  time: ValidTime;
  id: string;
  observation: string;
  said: Figure;
};

/** What is still to be said of a series. */
export type Task =
  | { type: 'report'; series: Series; slot: Day; isLate: boolean }
  | { type: 'correct'; standing: Standing }
  | { type: 'withdraw'; standing: Standing };

/** Puts a task off by a number of days, at least one. */
export type PutOff = (days: number, task: Task) => void;

/** Of 100 due reports: so many come late, are never made, go wrong, or are to be taken back. */
const LATE = 0.125;
const MISSING = 0.01;
const WRONG = 0.062;
const TAKEN_BACK = 0.012;
/** Of corrections, so many are wrong again; of withdrawn figures, so many are reported anew. */
const WRONG_AGAIN = 0.06;
const REPORTED_ANEW = 0.4;

const styles: readonly Style[] = [
  ...Array.from({ length: 10 }, (): Style => 'full'),
  ...Array.from({ length: 5 }, (): Style => 'tenThousands'),
  'moreThan',
  'moreThan',
  'over',
  'nearly',
  'atLeast',
  'about',
  'range',
];

/** Says what the offices of the district report, correct and take back. */
export class Reporting {
  constructor(
    private readonly random: Random,
    private readonly teller: Teller,
    private readonly putOff: PutOff,
  ) {}

  /** The reports of a metric that are due and come in now, together: one workbook holds them. */
  due(metric: Metric, slot: Day): Task[] {
    const { random } = this;
    const days = spacing[metric.frequency];
    const now: Task[] = [];
    for (const series of metric.series) {
      const fate = random.part();
      if (fate < MISSING) continue;
      const isLate = fate < MISSING + LATE;
      const task: Task = { type: 'report', series, slot, isLate };
      if (!isLate) now.push(task);
      else this.putOff(Math.floor(days * random.between(1.2, 2.4)) + random.below(4) + 1, task);
    }
    return now;
  }

  /** Undefined when there turns out to be nothing to say. */
  tell(task: Task, at: number): Told | undefined {
    switch (task.type) {
      case 'report':
        return this.#report(task, at);
      case 'correct':
        return this.#correct(task.standing, at);
      case 'withdraw':
        return this.#withdraw(task.standing, at);
    }
  }

  #report({ series, slot, isLate }: Extract<Task, { type: 'report' }>, at: number): Told {
    const { random } = this;
    const { metric } = series;
    const stream = streamAt(metric, slot);
    const truth = truthOf(series, slot);
    const fate = random.part();
    const isWrong = fate < WRONG;
    const said = isWrong
      ? this.#wrong(series, slot, truth)
      : figureOf(series, slot, truth, random.pick(styles));
    const note = isLate && random.chance(0.5) ? '补报' : this.#note(metric);
    const time = timeOf(series, slot, random.chance(0.6));
    const told = this.teller.tell(
      stream,
      {
        type: 'ObservationReported',
        data: {
          metric: stream.metric,
          series: series.member.key,
          time,
          ...said,
          ...(note !== undefined && { note }),
        },
        ...this.#backed(series, slot, 0.3),
      },
      at,
    );
    const { id } = told.event;
    const standing: Standing = { series, slot, time, id, observation: id, said };
    if (isWrong) this.#later({ type: 'correct', standing });
    else if (fate > 1 - TAKEN_BACK) this.#later({ type: 'withdraw', standing });
    return told;
  }

  #correct(standing: Standing, at: number): Told | undefined {
    const { series, slot, time, observation, id: corrects } = standing;
    const { random } = this;
    const truth = truthOf(series, slot);
    const isWrongAgain = random.chance(WRONG_AGAIN);
    const said = isWrongAgain
      ? this.#wrong(series, slot, truth)
      : figureOf(series, slot, truth, 'full');
    if (isSame(said, standing.said)) return undefined;
    const stream = streamAt(series.metric, slot);
    const { errorClass, reason } = mistake(random);
    const { metric } = stream;
    const chain = { metric, observation, corrects, series: series.member.key, time };
    const told = this.teller.tell(
      stream,
      {
        type: 'ObservationCorrected',
        data: { ...chain, ...said, errorClass },
        reason,
        ...this.#backed(series, slot, 0.8),
        actor: random.chance(0.4) ? officer(random) : reporter(series, random),
      },
      at,
    );
    if (isWrongAgain) {
      this.#later({ type: 'correct', standing: { ...standing, id: told.event.id, said } });
    }
    return told;
  }

  #withdraw({ series, slot, time, id, observation }: Standing, at: number): Told {
    const { random } = this;
    const stream = streamAt(series.metric, slot);
    if (random.chance(REPORTED_ANEW)) {
      this.#later({ type: 'report', series, slot, isLate: true });
    }
    return this.teller.tell(
      stream,
      {
        type: 'ObservationWithdrawn',
        data: {
          metric: stream.metric,
          observation,
          withdraws: id,
          series: series.member.key,
          time,
        },
        reason: withdrawalReason(random),
        ...this.#backed(series, slot, 0.5),
      },
      at,
    );
  }

  /** Too little or too much; where the print would not show it, a figure that says less. */
  #wrong(series: Series, slot: Day, truth: number): Figure {
    const { random } = this;
    const near = random.chance(0.5) ? random.between(0.02, 0.28) : random.between(0.72, 0.98);
    const wrong = figureOf(series, slot, near, random.chance(0.7) ? 'full' : 'tenThousands');
    if (!isSame(wrong, figureOf(series, slot, truth, 'full'))) return wrong;
    return figureOf(series, slot, truth, random.pick(['about', 'moreThan', 'nearly'] as const));
  }

  #later(task: Task): void {
    const { random } = this;
    const series = task.type === 'report' ? task.series : task.standing.series;
    const most = Math.min(45, 8 + spacing[series.metric.frequency]);
    this.putOff(1 + random.below(most), task);
  }

  #note({ template }: Metric): string | undefined {
    return this.random.chance(0.3) ? noteOf(template.kind, this.random) : undefined;
  }

  #backed(
    series: Series,
    slot: Day,
    evidenced: number,
  ): Pick<Saying, 'actor' | 'source' | 'evidence'> {
    const { random, teller } = this;
    return {
      actor: reporter(series, random),
      source: sourceOf(series, slot, random),
      ...(random.chance(evidenced) && { evidence: teller.digests(random.chance(0.2) ? 2 : 1) }),
    };
  }
}

/** Figures from a break on may belong to the metric that succeeds. */
function streamAt(metric: Metric, slot: Day): MetricStream {
  const successor = metric.break?.successor;
  return successor !== undefined && slot >= (metric.break?.on ?? 0) ? successor : metric.stream;
}

/** Whether two figures say the same to the ledger, which refuses to record it twice. */
const isSame = (left: Figure, right: Figure): boolean =>
  printOf(left) === printOf(right) && left.parts?.numerator === right.parts?.numerator;

const printOf = ({ value }: Figure): string =>
  'label' in value ? value.label.printed : value.quantity.printed;
