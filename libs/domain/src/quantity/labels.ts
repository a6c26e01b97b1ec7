import { chineseNumeralCharacters } from './numeral.js';
import { unitsOfWord, unitWords } from './units.js';

// Texts that look like figures and are none: they are kept as labels and never calculated with.

const numeral = `(?:[0-9０-９]+|[${chineseNumeralCharacters}]+)`;
const year = '(?:19|20)\\d\\d';
const unitFollows = `\\s*(?:[百千万亿]|${unitWords.map(escape).join('|')})`;

const patterns: readonly RegExp[] = [
  // 第十二次, 第2批: a place in an order.
  `第\\s*${numeral}`,
  // 1+15+15+5, 1+4+N: the name of a structure.
  `(?:${numeral}|[A-ZＡ-Ｚ])(?:\\s*[+＋]\\s*(?:${numeral}|[A-Za-zＡ-Ｚ]))+`,
  // 2020-2025年: years from and to, unless a unit makes them a range of things.
  `${year}年?\\s*[-—–~～至到]\\s*${year}(?!\\d)(?!${unitFollows})年?`,
  // 2021-07, 2021年5月27日, 5月27日, 11:02.
  `${year}-(?:0[1-9]|1[0-2])(?!\\d)`,
  `\\d{4}年(?:\\d{1,2}月(?:\\d{1,2}日)?)?|\\d{1,2}月\\d{1,2}日|\\d{1,2}[:：]\\d{2}(?!\\d)`,
  // 13号线: the name of one thing.
  `${numeral}\\s*号`,
  // 2021-08-26, 1-4-N, 1.2.3: dates, codes and versions.
  `[0-9A-Z]+(?:-[0-9A-Z]+){2,}|\\d+(?:\\.\\d+){2,}`,
  // V3.0, G107, 5G: letters make it a name, unless they are a unit.
  `[A-Za-z]+[-.]?\\d[\\w.-]*|\\d+(?!(?:m2|km2|t|kg|ha)(?![A-Za-z]))[A-Za-z]\\w*`,
].map((source) => new RegExp(source, 'y'));

/** Where the label that starts at a place of a text ends; undefined where none starts. */
export function labelEnd(text: string, start: number): number | undefined {
  const ends = patterns.map((pattern) => {
    pattern.lastIndex = start;
    return start + (pattern.exec(text)?.[0].length ?? 0);
  });
  const end = Math.max(...ends);
  return end > start ? end : undefined;
}

/** Whether a whole text is a label; more is known of a whole text than of a place in one. */
export function isLabel(text: string): boolean {
  if (labelEnd(text, 0) === text.length) return true;
  // 第十二次, 第二批, 首批: an order with its classifier.
  if (/^(?:第\s*(?:\d+|[零〇一二三四五六七八九十百]+)|首)\p{Script=Han}{0,4}$/u.test(text))
    return true;
  // 3.0 alone is a version: figures carry their unit.
  return /^\d\.0$/.test(text) || isSlogan(text);
}

const sloganPart = new RegExp(
  `([一二两三四五六七八九十])([^点\\s${chineseNumeralCharacters}]{1,2})`,
  'gu',
);

/** 一主两副, 四梁八柱: several numerals, none with a unit after it. */
function isSlogan(text: string): boolean {
  const parts = [...text.matchAll(sloganPart)];
  return (
    parts.length > 1 &&
    parts.map(([part]) => part).join('') === text &&
    parts.every(([, , word = '']) => /^\p{Script=Han}+$/u.test(word) && !unitsOfWord(word).length)
  );
}

function escape(word: string): string {
  return word.replace(/[/$()*+.?[\\\]^{|}]/g, '\\$&');
}
