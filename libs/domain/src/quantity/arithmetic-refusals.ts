import type { Refusal } from '../decision.js';
import { refusal, text } from './refusals.js';

// How sums, ratios and comparisons are refused. Pointers name the operand: '/1' is the second.

export const unitsDiffer = (pointer: string, received: string, expected: string): Refusal =>
  refusal(
    'UNITS_DIFFER',
    pointer,
    [
      text(
        `计量单位不同，不能合并或比较：${received} 与 ${expected}。`,
        `Figures in ${received} and ${expected} are neither added nor compared.`,
      ),
      text('请只选择计量单位相同的数值。', 'Choose figures of one unit.'),
    ],
    received,
    { expected },
  );

export const basesDiffer = (
  pointer: string,
  received: string | null,
  expected: string | null,
): Refusal =>
  refusal(
    'BASIS_DIFFERS',
    pointer,
    [
      text(
        `统计口径不同，不能合并或比较：${received ?? '未注明'} 与 ${expected ?? '未注明'}。`,
        `Figures of the bases ${received ?? 'none'} and ${expected ?? 'none'} do not compare.`,
      ),
      text('请只选择统计口径相同的数值。', 'Choose figures of one basis.'),
    ],
    received,
    { expected },
  );

export const labelInArithmetic = (pointer: string, received: string): Refusal =>
  refusal(
    'LABEL_IN_ARITHMETIC',
    pointer,
    [
      text(`“${received}”是标签，不能参与计算。`, `"${received}" is a label, not a number.`),
      text('请将标签排除在汇总之外。', 'Leave labels out of sums and ratios.'),
    ],
    received,
  );

export const nothingToAdd = (): Refusal =>
  refusal(
    'NOTHING_TO_ADD',
    '',
    [
      text('没有可以汇总的数值；没有数值不等于零。', 'There is nothing to add; that is not zero.'),
      text('请至少选择一个数值。', 'Choose at least one figure.'),
    ],
    null,
  );

export const resultNotStatable = (): Refusal =>
  refusal(
    'RESULT_NOT_STATABLE',
    '',
    [
      text(
        '区间与“约”数、或上下限方向相反的数值合并后，没有可以表述的结果。',
        'A range combined with figures that are bounded the other way leaves nothing to state.',
      ),
      text('请将各项数值并列显示。', 'Show the figures side by side.'),
    ],
    null,
  );

export const ratioNotDefined = (pointer: string): Refusal =>
  refusal(
    'RATIO_NOT_DEFINED',
    pointer,
    [
      text(
        '比率无法计算：分子不能为负，分母必须大于零。',
        'The ratio is not defined: no negative numerator, and a denominator above 0.',
      ),
      text('请核对分子和分母。', 'Check numerator and denominator.'),
    ],
    null,
  );
