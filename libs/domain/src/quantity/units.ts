import type { Fraction } from './decimal.js';

/**
 * A unit of the ledger. `toBase` is its exact size in the base unit of its dimension. `words` are
 * the Chinese words that may stand for it, the usual one first; one word may stand for many units
 * (个), and the metric then says which. `english` is [one, many].
 */
export type MeasureUnit = {
  code: string;
  dimension: string;
  nature: 'discrete' | 'continuous';
  toBase: Fraction;
  words: readonly string[];
  english: readonly [string, string];
};

const size = (numerator: number, denominator = 1): Fraction => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});

const continuous = (
  code: string,
  dimension: string,
  toBase: Fraction,
  words: string,
  one: string,
  many = one,
): MeasureUnit => ({
  code,
  dimension,
  nature: 'continuous',
  toBase,
  words: words.split(' '),
  english: [one, many],
});

/** Things counted one by one. Each is a dimension of its own: persons are never added to cases. */
const counted = (code: string, words: string, one: string, many = `${one}s`): MeasureUnit => ({
  code,
  dimension: code,
  nature: 'discrete',
  toBase: size(1),
  words: words.split(' '),
  english: [one, many],
});

export const measureUnits: readonly MeasureUnit[] = [
  continuous('m2', 'area', size(1), '平方米 平米 ㎡ m² m2', 'm²'),
  continuous('km2', 'area', size(1_000_000), '平方公里 平方千米 ㎢ km² km2', 'km²'),
  continuous('hectare', 'area', size(10_000), '公顷 ha', 'hectare', 'hectares'),
  continuous('mu', 'area', size(2000, 3), '亩', 'mu'),
  continuous('t', 'mass', size(1000), '吨 t', 't'),
  continuous('kg', 'mass', size(1), '千克 公斤 kg', 'kg'),
  continuous('percent', 'ratio', size(1), '% ％', '%'),
  continuous('cny', 'money', size(1), '元', 'yuan'),
  continuous('km2-per-grid', 'area per grid', size(1), '平方公里/个', 'km² per grid'),
  counted('result', '个 项', 'result'),
  counted('work-area', '个方面 方面 个', 'area of work', 'areas of work'),
  counted('point', '个 处', 'point'),
  counted('measure', '条 项 个', 'measure'),
  counted('item', '项 个 条', 'item'),
  counted('laboratory', '个 家', 'laboratory', 'laboratories'),
  counted('person', '人 名 位', 'person', 'people'),
  counted('batch', '批 批次', 'batch', 'batches'),
  counted('enterprise', '家 个 户', 'enterprise'),
  counted('direction', '个', 'direction'),
  counted('institute', '个 家 所', 'institute'),
  counted('team', '个 支', 'team'),
  counted('agreement', '家 份 项 个', 'agreement'),
  counted('category', '类 大类 个类别 个', 'category', 'categories'),
  counted('document', '个 份 件', 'document'),
  counted('channel', '个 条', 'channel'),
  counted('grid', '个', 'grid'),
  counted('platform', '个', 'platform'),
  counted('event', '件 起 宗', 'event'),
  counted('event-per-month', '件/月', 'event per month', 'events per month'),
  counted('station', '个 座', 'station'),
  counted('case', '宗 件 起', 'case'),
  counted('building', '栋 幢 座', 'building'),
  counted('field', '个 大领域 个领域 领域', 'field'),
  counted('branch', '个', 'branch', 'branches'),
  counted('estate', '个', 'estate'),
  counted('kind', '免 种 类 个', 'kind'),
  counted('type', '种 类 个', 'type'),
  counted('call', '次 人次', 'call'),
  counted('certificate', '张 本 份', 'certificate'),
  counted('task', '项 个', 'task'),
  counted('count', '个', 'thing'),
];

const byCode = new Map(measureUnits.map((unit) => [unit.code, unit]));
const byWord = new Map<string, MeasureUnit[]>();
for (const unit of measureUnits) {
  for (const word of unit.words) byWord.set(word, [...(byWord.get(word) ?? []), unit]);
}

/** The unit of a code (`m2`), undefined for an unknown one. */
export const findUnit = (code: string): MeasureUnit | undefined => byCode.get(code);

/** All units that a printed word may stand for; empty for a word that the ledger does not know. */
export const unitsOfWord = (word: string): readonly MeasureUnit[] => byWord.get(word) ?? [];

/** Every known unit word, longest first, so that 个方面 is met before 个. */
export const unitWords: readonly string[] = [...byWord.keys()].sort(
  (left, right) => right.length - left.length,
);

/** The same words by their first character, to find the word at a place without trying them all. */
export const unitWordsByFirst: ReadonlyMap<string, readonly string[]> = byFirst(unitWords);

function byFirst(words: readonly string[]): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const word of words) {
    const first = word.charAt(0);
    result.set(first, [...(result.get(first) ?? []), word]);
  }
  return result;
}
