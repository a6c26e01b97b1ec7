import { subtractQuantities, type LocalDate, type Operand, type Refusal } from '@ledger/domain';
import type { Text } from '@ledger/domain';
import type { Figure } from '../../answers.js';
import type { StandingFigure } from '../series/shapes.js';
import type { FigureAbsence, NotWorkedOut, WorkedOut } from './shapes.js';

type Side = StandingFigure | FigureAbsence;

/**
 * new − old: an exact decimal, with the bounds that qualifiers and resolutions leave. Refused with
 * the domain's codes (UNITS_DIFFER, BASIS_DIFFERS, LABEL_IN_ARITHMETIC, RESULT_NOT_STATABLE), with
 * FIGURE_ABSENT when a side has no figure, and SERIES_BREAK_BETWEEN when the metric's series breaks
 * between the two valid days: what was counted before and after is not the same thing.
 */
export function differenceOf(old: Side, now: Side, breaks: readonly LocalDate[] = []): WorkedOut {
  if ('absence' in old) return { refused: [figureAbsent(oldSide, old)] };
  if ('absence' in now) return { refused: [figureAbsent(newSide, now)] };
  const [first = '', last = ''] = [old.validOn, now.validOn].sort();
  const broken = breaks.find((day) => first < day && day <= last);
  if (broken !== undefined) return { refused: [seriesBreakBetween(broken)] };
  const [left, right] = [operandOf(now.figure), operandOf(old.figure)];
  if (left === undefined) return { refused: [figureAbsent(newSide, { absence: 'missing' })] };
  if (right === undefined) return { refused: [figureAbsent(oldSide, { absence: 'missing' })] };
  const derived = subtractQuantities(left, right);
  return 'quantity' in derived ? derived : { refused: derived.refusals.map(notWorkedOut) };
}

/** The quantity or label of a figure, as arithmetic takes it. */
export const operandOf = ({ quantity, label }: Figure): Operand | undefined => quantity ?? label;

/** A refusal of the domain's arithmetic without its pointer: readers see both figures. */
export const notWorkedOut = ({ code, message }: Refusal): NotWorkedOut => ({ code, message });

const oldSide: Text = { zh: '前一时点', en: 'At the first moment' };
const newSide: Text = { zh: '后一时点', en: 'At the second moment' };

const absences: { readonly [A in FigureAbsence['absence']]: Text } = {
  missing: { zh: '没有填报值', en: 'nothing was reported' },
  withdrawn: { zh: '填报值已撤回', en: 'the figure was withdrawn' },
  notDefined: { zh: '指标尚未定义', en: 'the metric was not defined' },
};

/** `side` says which figure: "At the first moment", or a metric's name. */
export function figureAbsent(side: Text, { absence }: FigureAbsence): NotWorkedOut {
  const why = absences[absence];
  return {
    code: 'FIGURE_ABSENT',
    message: {
      zh: `${side.zh}${why.zh}；没有数值不等于零。`,
      en: `${side.en} ${why.en}; not zero.`,
    },
  };
}

const seriesBreakBetween = (day: LocalDate): NotWorkedOut => ({
  code: 'SERIES_BREAK_BETWEEN',
  message: {
    zh: `统计口径自 ${day} 起变更，前后数值不可比。`,
    en: `The series breaks on ${day}: figures before and after it do not compare.`,
  },
});
