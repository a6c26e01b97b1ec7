import type { Json, Refusal } from '../decision.js';
import type { Text } from '../text.js';
import type { FoundQuantity, Trouble } from './piece.js';
import type { MeasureUnit } from './units.js';

// How printed and reported quantities are refused. Pointers are relative to the quantity:
// '/amount', or '' for the whole.

/** Puts a refusal together; `[message, hint]` say what is wrong and what to do. */
export function refusal(
  code: string,
  pointer: string,
  [message, hint]: readonly [Text, Text],
  received: Json,
  facts?: { [key: string]: Json },
): Refusal {
  return { code, pointer, message, hint, received, ...(facts !== undefined && { facts }) };
}

export const text = (zh: string, en: string): Text => ({ zh, en });

/** The same refusals, their pointers moved under another one. */
export const under = (pointer: string, refusals: readonly Refusal[]): Refusal[] =>
  refusals.map((each) => ({ ...each, pointer: `${pointer}${each.pointer}` }));

export const textNotClean = (pointer: string, received: string): Refusal =>
  refusal(
    'TEXT_NOT_CLEAN',
    pointer,
    [
      text(
        '文本含有空字符、残缺字符，或未采用 Unicode NFC 规范形式，不能原样入账。',
        'The text has a null character or a lone surrogate, or is not in Unicode NFC.',
      ),
      text('请清除这些字符，并按 NFC 形式重新提交。', 'Remove them and send the text in NFC.'),
    ],
    received,
  );

const unreadable = (received: string, message: Text, hint: Text, facts?: { [key: string]: Json }) =>
  refusal('QUANTITY_UNREADABLE', '', [message, hint], received, facts);

const exampleHint = text(
  '请只填写数值、修饰词和计量单位，例如“68.1万平方米”“80余条”“99.6%以上”。',
  'Give number, qualifier word and unit only, such as 68.1万平方米, 80余条 or 99.6%以上.',
);

export const noQuantity = (received: string): Refusal =>
  unreadable(
    received,
    text(`“${received}”中没有可识别的数值。`, `No figure can be read in "${received}".`),
    exampleHint,
  );

export const tooLong = (received: string): Refusal =>
  unreadable(
    received.slice(0, 60),
    text('原文过长，不是单一数值的写法。', 'The text is too long for one printed figure.'),
    exampleHint,
    { length: received.length },
  );

export const tooManyDigits = (received: string): Refusal =>
  unreadable(
    received,
    text(`“${received}”换算后超过 30 位数字。`, `"${received}" needs more than 30 digits.`),
    text('请核对数值和计量单位。', 'Check the figure and its unit.'),
  );

export const moreThanQuantity = (received: string, quantity: string): Refusal =>
  unreadable(
    received,
    text(
      `“${received}”中除数值“${quantity}”外还有其他文字。`,
      `"${received}" holds other text beside the figure "${quantity}".`,
    ),
    text(`请只填写“${quantity}”。`, `Give "${quantity}" alone.`),
    { quantity },
  );

/** The reasons for which a well-made text still says no quantity that the ledger can keep. */
export function trouble(received: string, reason: Trouble): Refusal {
  switch (reason.kind) {
    case 'limitWord':
      return unreadable(
        received,
        text(
          `“${reason.word}”所表示的范围，台账的修饰方式（余、近、超、以上、约）无法准确表达。`,
          `No qualifier of the ledger says exactly what "${reason.word}" says.`,
        ),
        text(
          '请按来源填报确数或区间（如“3-5人”），并在备注中说明原文措辞。',
          'Report an exact figure or a range such as 3-5人, and quote the wording in the note.',
        ),
        { word: reason.word },
      );
    case 'severalMarks':
    case 'markOnRange':
      return unreadable(
        received,
        text(
          `“${received}”中的修饰词相互重叠：${reason.words.join('、')}。`,
          `The qualifier words of "${received}" overlap: ${reason.words.join(', ')}.`,
        ),
        text(
          '一个数值只能带一个修饰词，区间不带修饰词。',
          'One figure takes one qualifier word, and a range takes none.',
        ),
        { words: reason.words },
      );
    case 'markOnNegative':
      return unreadable(
        received,
        text(
          `负数“${received}”带修饰词“${reason.words.join('、')}”，方向不明。`,
          `It is not clear which way "${reason.words.join(', ')}" points in a negative figure.`,
        ),
        text('负数请填报确数或“约”数。', 'Report a negative figure as exact or about.'),
        { words: reason.words },
      );
    case 'fraction':
      return unreadable(
        received,
        text('分数不能作为准确的小数入账。', 'A fraction is not kept as an exact decimal.'),
        text(
          '请填报分子、分母，或来源公布的百分比。',
          'Report both parts, or the percent printed.',
        ),
      );
    case 'scaleAlone':
      return unreadable(
        received,
        text(`“${received}”没有写明数值。`, `"${received}" names a scale but no number.`),
        text('请写明数值或修饰词，例如“近百名”“100名”。', 'Write the number, or 近百名, 100名.'),
      );
  }
}

export const isLabel = (received: string): Refusal =>
  refusal(
    'QUANTITY_IS_LABEL',
    '',
    [
      text(
        `“${received}”是名称、序号或时段，不是数量，不能参与计算。`,
        `"${received}" is a name, an ordinal or a period, not a quantity to calculate with.`,
      ),
      text(
        '请以标签（label）填报；如确为数量，请写明计量单位。',
        'Report it as a label; if it is a quantity, write its unit.',
      ),
    ],
    received,
  );

export const severalQuantities = (received: string, found: readonly FoundQuantity[]): Refusal =>
  refusal(
    'SEVERAL_QUANTITIES',
    '',
    [
      text(
        `“${received}”中有 ${found.length} 个数值：${found.map((each) => each.text).join('、')}。`,
        `"${received}" holds ${found.length}: ${found.map((each) => each.text).join(', ')}.`,
      ),
      text('请分别填报，每次只报一个数值。', 'Report them one by one, each with its own time.'),
    ],
    received,
    { quantities: found.map((each) => ({ text: each.text, start: each.start, end: each.end })) },
  );

export const unitUnknown = (pointer: string, received: string, known: readonly string[]): Refusal =>
  refusal(
    'UNIT_UNKNOWN',
    pointer,
    [
      text(`无法识别计量单位：“${received}”。`, `The unit of "${received}" is not known.`),
      known.length === 0
        ? text(
            '请使用指标规定的计量单位；如为名称而非数量，请以标签（label）填报。',
            'Use the unit of the metric; report a name, which is no quantity, as a label.',
          )
        : text(`请改用：${known.join('、')}。`, `Use one of ${known.join(', ')}.`),
    ],
    received,
    ...(known.length === 0 ? [] : [{ known: [...known] }]),
  );

export const unitMissing = (expected: MeasureUnit): Refusal =>
  refusal(
    'UNIT_UNKNOWN',
    '/unit',
    [
      text('数值没有写明计量单位。', 'The amount comes without a unit.'),
      text(`请填写计量单位，例如 ${expected.code}。`, `Name the unit, such as ${expected.code}.`),
    ],
    null,
    { expected: expected.code },
  );

export const unitOfOtherDimension = (
  pointer: string,
  received: string,
  expected: MeasureUnit,
): Refusal =>
  refusal(
    'UNIT_OF_OTHER_DIMENSION',
    pointer,
    [
      text(
        `计量单位不符：该指标以“${expected.words[0]}”计，收到的是“${received}”。`,
        `The metric is measured in ${expected.code}; "${received}" measures something else.`,
      ),
      text(
        `请按 ${expected.code}（${expected.words.join('、')}）填报，或改报对应的指标。`,
        `Report in ${expected.code} (${expected.words.join(', ')}), or under another metric.`,
      ),
    ],
    received,
    { expected: expected.code, dimension: expected.dimension },
  );

export const notExactInUnit = (
  pointer: string,
  received: string,
  from: MeasureUnit,
  to: MeasureUnit,
): Refusal =>
  refusal(
    'QUANTITY_NOT_EXACT_IN_UNIT',
    pointer,
    [
      text(
        `“${received}”由 ${from.code} 换算为 ${to.code} 时除不尽，舍入后的数值不能入账。`,
        `"${received}" in ${from.code} is no exact decimal in ${to.code}; the ledger never rounds.`,
      ),
      text(
        `请直接按 ${to.code} 填报来源数值，或为该指标改用 ${from.code}。`,
        `Report the figure in ${to.code}, or define the metric in ${from.code}.`,
      ),
    ],
    received,
    { from: from.code, to: to.code },
  );

export const basisDiffers = (received: string, expected: string | null): Refusal =>
  refusal(
    'BASIS_DIFFERS',
    '/basis',
    [
      text(
        `统计口径不符：该指标的口径为 ${expected ?? '未注明'}，收到的是 ${received}。`,
        `The metric has ${expected ? `the basis ${expected}` : 'no basis'}, not ${received}.`,
      ),
      text(
        '不同口径的数值不可比，请改报对应口径的指标。',
        'Figures of different basis cannot be compared: report under the metric of that basis.',
      ),
    ],
    received,
    { expected },
  );

export const amountNotDecimal = (pointer: string, received: string): Refusal =>
  refusal(
    'AMOUNT_NOT_DECIMAL',
    pointer,
    [
      text(`“${received}”不是准确的十进制数。`, `"${received}" is not an exact decimal.`),
      text(
        '请以字符串填写普通小数，例如 "681000"；不用科学计数法、分数、千分位或空格，至多 30 位。',
        'Send a string of at most 30 digits such as "681000": no exponent, fraction or blank.',
      ),
    ],
    received,
  );

export const amountMissing = (received: Json): Refusal =>
  refusal(
    'QUANTITY_UNREADABLE',
    '',
    [
      text('没有填写数值。', 'No figure is given.'),
      text(
        '请填写原文（printed），或填写数值（amount）和计量单位（unit）。',
        'Send the printed text, or an amount with its unit.',
      ),
    ],
    received,
  );

export const printedDisagrees = (
  pointer: string,
  received: string,
  printed: string,
  expected: string | null,
): Refusal =>
  refusal(
    'PRINTED_DISAGREES',
    pointer,
    [
      text(
        `填报值 ${received} 与原文“${printed}”不一致，按原文应为 ${expected ?? '空'}。`,
        `${received} disagrees with the printed "${printed}", which says ${expected ?? 'nothing'}.`,
      ),
      text('请核对原文和填报值，或只填写原文。', 'Check both, or send the printed text alone.'),
    ],
    received,
    { printed, expected },
  );

export const rangeMalformed = (pointer: string, received: Json): Refusal =>
  refusal(
    'RANGE_MALFORMED',
    pointer,
    [
      text('区间填写有误。', 'The range is not well made.'),
      text(
        '区间须填下限（lower）和上限（upper），下限不大于上限，不填数值（amount）；非区间不填上下限。',
        'A range has lower and upper, lower <= upper, and no amount; other figures have neither.',
      ),
    ],
    received,
  );

export const resolutionUnusable = (received: string): Refusal =>
  refusal(
    'RESOLUTION_UNUSABLE',
    '/resolution',
    [
      text(
        `精度 ${received} 与该数值不符。`,
        `The resolution ${received} does not fit the figure.`,
      ),
      text(
        '精度即原文末位数字的大小，为 10 的整数次幂，数值须为其整数倍；只有确数和“约”数才有精度。',
        'It is the size of the last printed digit: a power of ten, for exact and about figures.',
      ),
    ],
    received,
  );

export const percentOutOfRange = (pointer: string, received: Json): Refusal =>
  refusal(
    'PERCENT_OUT_OF_RANGE',
    pointer,
    [
      text(
        '比率和进度应在 0% 至 100% 之间。',
        'A ratio or progress lies between 0 and 100 percent.',
      ),
      text('请核对数值和计量单位。', 'Check the figure and its unit.'),
    ],
    received,
    { minimum: '0', maximum: '100' },
  );
