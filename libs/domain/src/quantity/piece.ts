import {
  backMark,
  backMarkOfPercent,
  frontMark,
  limitAfter,
  limitBefore,
  middleMark,
  qualifierOfWord,
  type Mark,
} from './marks.js';
import { chineseNumeralCharacters, numeralAt, type PrintedNumeral } from './numeral.js';
import { unitWordsByFirst } from './units.js';

/**
 * A quantity as printed, piece by piece and in the order of the text, so that `renderPrinted`
 * gives the very text back. Empty pieces are ''. One blank is allowed where 盘古 spacing puts it.
 */
export type PrintedQuantity = {
  /** 月均 and the like: the unit word that follows is counted per month. */
  per: string;
  /** The one qualifier word, with its place among the pieces. */
  mark?: Mark;
  gapBefore: string;
  /** 百分之, the percent word that stands before its numeral. */
  percentBefore: string;
  /** The lower end of a range, with what is printed up to the upper one: 3-5人, 76%—80%. */
  from?: { numeral: PrintedNumeral; prefix: string; unitWord: string; joint: string };
  numeral: PrintedNumeral;
  gapAfter: string;
  /** 百, 千, 万, 百万, 亿 …: a power of ten between an Arabic numeral and its unit. */
  prefix: string;
  gapUnit: string;
  /** The unit word as printed; '' where the text leaves it out (近百). */
  unitWord: string;
};

/** A quantity in a longer text: `start` inclusive, `end` exclusive, in UTF-16 units. */
export type FoundQuantity = { start: number; end: number; text: string; form: PrintedQuantity };

/** `unitWords` are words of the metric's own that count as units beside the known ones. */
export type ParseOptions = { unitWords?: readonly string[] };

/** Why a piece that looks like a quantity is none that the ledger can keep. */
export type Trouble =
  | { kind: 'limitWord'; word: string }
  | { kind: 'severalMarks'; words: string[] }
  | { kind: 'markOnRange'; words: string[] }
  | { kind: 'markOnNegative'; words: string[] }
  | { kind: 'fraction' }
  | { kind: 'scaleAlone' };
export type Piece = { form: PrintedQuantity; end: number; trouble?: Trouble };

const perMonth = /平均每月|每月|月均/y;
const blank = '[ \\u00a0\\u2009]?';
const prefixAt = new RegExp(
  `(${blank})([十百千]万|[十百千万]亿|[百千万亿])(?=千克|[^${chineseNumeralCharacters}]|$)`,
  'y',
);
const largePrefixAt = new RegExp(`(${blank})([千百]?[万亿]|万亿)`, 'y');
const hundredMillionsAt = new RegExp(`(${blank})(亿)`, 'y');
const jointAt = /[ \u00a0\u2009]?[-‐–—~～－至到][ \u00a0\u2009]?/y;
/** Without one of these ahead there is no range; most figures are none. */
const anyJoint = /[-‐–—~～－至到]/g;
const percentJointAt = /[-‐–—~～－至到]百分之/y;
const percentBeforeAt = /百分之/y;
const fractionAt = new RegExp(`(?:[0-9０-９${chineseNumeralCharacters}]+)分之`, 'y');

/** What goes on after a unit word and makes it another word: 3个月, 3个百分点, 5项目. */
const continues = /^(?:个(?:百分点|月|工作日|小时|季度|星期|自然日)|项目(?!标)|家庭|元素)/;

/** The longest printed quantity that starts at a place; undefined where no numeral stands. */
export function pieceAt(text: string, start: number, options: ParseOptions): Piece | undefined {
  const reader = new Reader(text, start);
  const limit = reader.take(limitBefore);
  const per = reader.take(perMonth);
  const front = reader.take(frontMark);
  const gapBefore = per + front === '' ? '' : reader.take(/[ \u00a0\u2009]/y);
  const fraction = reader.sees(fractionAt) && !reader.sees(percentBeforeAt);
  if (fraction) reader.take(fractionAt);
  const percentBefore = reader.take(percentBeforeAt);
  const from = rangeStart(reader, percentBefore === '' ? jointAt : percentJointAt, options);
  const numeral = reader.numeral();
  if (numeral === undefined) return undefined;
  const middle = reader.take(middleMark);
  const { gapAfter, prefix, last, gapUnit, unitWord } = tail(reader, numeral, middle, options);
  const back = reader.take(/^[%％]$/.test(unitWord) ? backMarkOfPercent : backMark);
  const marks = [
    mark(front, 'front'),
    mark(middle, 'afterNumeral'),
    mark(last, 'afterPrefix'),
    mark(back, 'afterUnit'),
  ].flat();
  const form: PrintedQuantity = {
    per,
    ...(marks[0] !== undefined && { mark: marks[0] }),
    gapBefore,
    percentBefore,
    ...(from !== undefined && { from }),
    numeral,
    gapAfter,
    prefix,
    gapUnit,
    unitWord,
  };
  const limitWord = limit + reader.take(limitAfter);
  const trouble = troubleOf(form, marks, limitWord, fraction);
  return { form, end: reader.place, ...(trouble !== undefined && { trouble }) };
}

const mark = (word: string, place: Mark['place']): Mark[] => (word === '' ? [] : [{ word, place }]);

/** Prefix, a qualifier word after it, and the unit word. A unit wins over a prefix: 5千克. */
function tail(reader: Reader, numeral: PrintedNumeral, middle: string, options: ParseOptions) {
  const direct = reader.unit(options);
  if (direct !== undefined) {
    return { gapAfter: direct.gap, prefix: '', last: '', gapUnit: '', unitWord: direct.word };
  }
  const prefixes = numeral.style === 'chinese' ? prefixOfChinese(numeral, middle) : prefixAt;
  const [, gapAfter = '', prefix = ''] = (prefixes && reader.match(prefixes)) || [];
  const last = prefix === '' || middle !== '' ? '' : reader.take(middleMark);
  const unit = prefix === '' ? undefined : reader.unit(options);
  return { gapAfter, prefix, last, gapUnit: unit?.gap ?? '', unitWord: unit?.word ?? '' };
}

/**
 * A Chinese whole number has taken its 万 and 亿 already. Where a mark or 点 came between, they
 * follow: 三百余万, 三点五亿; and only what the numeral does not hold itself.
 */
function prefixOfChinese({ text }: PrintedNumeral, middle: string): RegExp | undefined {
  if ((middle === '' && !text.includes('点')) || text.includes('亿')) return undefined;
  return text.includes('万') ? hundredMillionsAt : largePrefixAt;
}

/** The lower end and the joint of a range, or undefined with nothing taken. */
function rangeStart(
  reader: Reader,
  between: RegExp,
  options: ParseOptions,
): PrintedQuantity['from'] {
  const start = reader.place;
  if (!reader.hasAhead(anyJoint)) return undefined;
  const numeral = reader.numeral();
  if (numeral !== undefined) {
    const { gapAfter, prefix, last, gapUnit, unitWord } = tail(reader, numeral, '', options);
    const joint = reader.take(between);
    const wellMade = joint !== '' && gapAfter + last + gapUnit === '' && reader.seesNumeral();
    if (wellMade) return { numeral, prefix, unitWord, joint };
  }
  reader.place = start;
  return undefined;
}

function troubleOf(
  form: PrintedQuantity,
  marks: readonly Mark[],
  limitWord: string,
  fraction: boolean,
): Trouble | undefined {
  const words = marks.map(({ word }) => word);
  if (limitWord !== '') return { kind: 'limitWord', word: limitWord };
  if (fraction) return { kind: 'fraction' };
  if (marks.length > 1) return { kind: 'severalMarks', words };
  if (form.from !== undefined && marks.length > 0) return { kind: 'markOnRange', words };
  const isExact = words.every((word) => qualifierOfWord(word) === 'about');
  if (form.numeral.value.startsWith('-') && !isExact) return { kind: 'markOnNegative', words };
  const isBare = form.numeral.bare && marks.length === 0;
  if (isBare || form.from?.numeral.bare === true) return { kind: 'scaleAlone' };
  return undefined;
}

/** A place in a text that moves on as pieces are taken. */
class Reader {
  constructor(
    private readonly text: string,
    public place: number,
  ) {}

  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.place;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.place += match[0].length;
    return match;
  }

  take(pattern: RegExp): string {
    return this.match(pattern)?.[0] ?? '';
  }

  /** Whether a pattern that may stand anywhere (flag `g`) stands from here on. */
  hasAhead(pattern: RegExp): boolean {
    pattern.lastIndex = this.place;
    return pattern.test(this.text);
  }

  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.place;
    return pattern.test(this.text);
  }

  numeral(): PrintedNumeral | undefined {
    const numeral = numeralAt(this.text, this.place);
    this.place += numeral?.text.length ?? 0;
    return numeral;
  }

  seesNumeral(): boolean {
    return numeralAt(this.text, this.place) !== undefined;
  }

  /** The longest unit word here, with the blank before it. */
  unit({ unitWords: own = [] }: ParseOptions): { gap: string; word: string } | undefined {
    const gap = /^[ \u00a0\u2009]/.exec(this.text.slice(this.place))?.[0] ?? '';
    const rest = this.text.slice(this.place + gap.length);
    const fits = (word: string) => rest.startsWith(word) && !goesOnInLatin(rest, word);
    const known = unitWordsByFirst.get(rest.charAt(0)) ?? [];
    const word = [...own, ...known]
      .filter((candidate) => candidate !== '' && fits(candidate))
      .reduce((longest, next) => (next.length > longest.length ? next : longest), '');
    if (word === '' || continues.test(rest)) return undefined;
    this.place += gap.length + word.length;
    return { gap, word };
  }
}

const goesOnInLatin = (rest: string, word: string): boolean =>
  /[A-Za-z0-9]$/.test(word) && /^[A-Za-z0-9²]/.test(rest.slice(word.length));
