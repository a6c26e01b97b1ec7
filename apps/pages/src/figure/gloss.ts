import type { Quantity } from '../board-types.js';
import type { Language } from '../text/catalogue.js';
import { compareDecimals, groupDigits, movePointLeft } from './decimal.js';

/** Units that English writes as a sign instead of a word. */
const signs: { [unit: string]: string } = {
  m2: ' m²',
  km2: ' km²',
  percent: '%',
  t: ' t',
  kg: ' kg',
  cny: ' yuan',
  count: '',
  mu: ' mu',
  hectare: ' ha',
};
const irregular: { [word: string]: string } = { person: 'people' };
/** Codes that do not read as English words: [one, many]. */
const phrases: { [unit: string]: readonly [string, string] } = {
  'work-area': ['area of work', 'areas of work'],
};

const qualifierWords: { [qualifier in Quantity['qualifier']]: string } = {
  exact: '',
  moreThan: 'more than ',
  over: 'over ',
  atLeast: 'at least ',
  nearly: 'nearly ',
  about: 'about ',
  range: '',
};

/**
 * The figure in English words, beside what the source prints: "more than 80 measures",
 * "at least 99.6%", "681,000 m²", "3–5 people". All digits of the amount are kept.
 */
export function englishGloss(quantity: Quantity): string | undefined {
  const amount = amountInWords(quantity, groupDigits);
  if (amount === undefined) return undefined;
  const single = quantity.amount !== undefined && compareDecimals(quantity.amount, '1') === 0;
  return qualifierWords[quantity.qualifier] + amount + unitInEnglish(quantity.unit, single);
}

/** " laboratories", " km² per grid", "%": with its leading space where there is one. */
export function unitInEnglish(unit: string, single: boolean): string {
  const [head = '', ...rest] = unit.split(/-per-|\//);
  const tail = rest.map((part) => ` per ${part.replaceAll('-', ' ')}`).join('');
  const sign = signs[head];
  if (sign !== undefined) return sign + tail;
  const phrase = phrases[head];
  if (phrase !== undefined) return ` ${phrase[single ? 0 : 1]}${tail}`;
  const words = head.split('-');
  const last = words.pop() ?? '';
  return ` ${[...words, single ? last : plural(last)].join(' ')}${tail}`;
}

/**
 * An area for the headline: 万㎡ in Chinese from 10,000 m² on, m² in English, with the qualifier
 * where it belongs in the language ("80余万㎡", "more than 800,000 m²").
 */
export function areaInWords(quantity: Quantity, language: Language): string | undefined {
  if (language === 'en') return englishGloss(quantity);
  if (quantity.unit !== 'm2') return quantity.printed;
  const bound = quantity.amount ?? quantity.upper;
  if (bound === undefined) return undefined;
  const large = compareDecimals(bound, '10000') >= 0;
  const amount = amountInWords(quantity, (text) => (large ? movePointLeft(text, 4) : text));
  const unit = large ? '万㎡' : '㎡';
  return chineseOrder[quantity.qualifier](amount ?? '', unit);
}

/** Where Chinese puts the qualifier: 80余万, 超80万, 80万以上, 近80万, 约80万. */
const chineseOrder: {
  [qualifier in Quantity['qualifier']]: (amount: string, unit: string) => string;
} = {
  exact: (amount, unit) => amount + unit,
  range: (amount, unit) => amount + unit,
  moreThan: (amount, unit) => `${amount}余${unit}`,
  over: (amount, unit) => `超${amount}${unit}`,
  atLeast: (amount, unit) => `${amount}${unit}以上`,
  nearly: (amount, unit) => `近${amount}${unit}`,
  about: (amount, unit) => `约${amount}${unit}`,
};

function amountInWords(quantity: Quantity, write: (amount: string) => string): string | undefined {
  if (quantity.qualifier !== 'range') {
    return quantity.amount === undefined ? undefined : write(quantity.amount);
  }
  if (quantity.lower === undefined || quantity.upper === undefined) return undefined;
  return `${write(quantity.lower)}–${write(quantity.upper)}`;
}

function plural(word: string): string {
  const known = irregular[word];
  if (known !== undefined) return known;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
