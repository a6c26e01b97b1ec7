import type { Qualifier } from './quantity.js';

/** Where a qualifier word stands: 约30人, 80余条, 16万余次, 99.6%以上. */
export type MarkPlace = 'front' | 'afterNumeral' | 'afterPrefix' | 'afterUnit';
export type Mark = { word: string; place: MarkPlace };

const words: Record<string, Qualifier> = {
  约: 'about',
  大约: 'about',
  约为: 'about',
  大概: 'about',
  左右: 'about',
  上下: 'about',
  近: 'nearly',
  将近: 'nearly',
  接近: 'nearly',
  不到: 'nearly',
  不足: 'nearly',
  超: 'over',
  超过: 'over',
  逾: 'over',
  突破: 'over',
  高于: 'over',
  多于: 'over',
  至少: 'atLeast',
  不少于: 'atLeast',
  不低于: 'atLeast',
  以上: 'atLeast',
  及以上: 'atLeast',
  余: 'moreThan',
  多: 'moreThan',
};

/** The qualifier that a word stands for; undefined for a word that is none. */
export const qualifierOfWord = (word: string): Qualifier | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

/**
 * Words before a numeral. 签约154家 signs, 附近3个 is a place and 最近5次 a time, so these words
 * count only where they do not end another word.
 */
export const frontMark =
  /大约|约为|大概|(?<![签节契预制履解违集公合条])约|将近|接近|(?<![附最邻临远])近|超过|(?<![赶反])超|逾|突破|高于|多于|至少|不少于|不低于|不到|不足/y;
export const middleMark = /[余多]/y;
export const backMark = /及?以上|左右|上下/y;
/** After a percent sign 余 and 多 may follow too: 80%多. */
export const backMarkOfPercent = /及?以上|左右|上下|[余多]/y;

/** Words that set a limit which none of the seven qualifiers can say. */
export const limitBefore =
  /不超过|不超|未超过|不高于|不多于|不大于|最多|至多|最高|低于|少于|小于|不及|上(?=[百千万亿])/y;
export const limitAfter = /及?以下|以内|之内|以外|出头|之多/y;
