import type { MilestoneDate, ValidTime } from '../board-types.js';
import type { Language, Say } from '../text/catalogue.js';

type Day = { year: number; month: number; day: number };
type Scope = NonNullable<MilestoneDate['scope']>;

/** Says dates and periods of the ledger (plain dates, Asia/Shanghai) in one language. */
export type TimeWords = { language: Language; say: Say };

/** `2021-08-26` as 2021年8月26日 or 26 Aug 2021; what is no date comes back unchanged. */
export function dayInWords(date: string, language: Language): string {
  const day = dayOf(date);
  if (day === undefined) return date;
  if (language === 'zh') return `${day.year}年${day.month}月${day.day}日`;
  const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
  const instant = new Date(Date.UTC(day.year, day.month - 1, day.day));
  return `${day.day} ${month.format(instant).slice(0, 3)} ${day.year}`;
}

/** A closed period by its usual name where it has one: 2021年上半年, first half of 2021. */
export function periodInWords(start: string, end: string, words: TimeWords): string {
  const { language, say } = words;
  const from = dayOf(start);
  const to = dayOf(end);
  if (start === end) return dayInWords(start, language);
  if (from !== undefined && to !== undefined && from.day === 1 && isMonthEnd(to)) {
    if (from.month === 1 && to.month === 12 && from.year !== to.year) {
      return say('time.years', { start: from.year, end: to.year });
    }
    const name = from.year === to.year ? namedPart(from, to, words) : undefined;
    if (name !== undefined) return name;
  }
  return say('time.range', {
    start: dayInWords(start, language),
    end: dayInWords(end, language),
  });
}

/** What a figure is about: 截至2021年8月26日, 2021年上半年, monthly average as of 26 Aug 2021. */
export function timeInWords(time: ValidTime, words: TimeWords): string {
  const { language, say } = words;
  if (time.type === 'asOf') {
    return scoped(say('time.asOf', { date: dayInWords(time.asOf, language) }), time.scope, words);
  }
  if (time.type === 'period') return periodInWords(time.start, time.end, words);
  if (time.type === 'yearToDate') {
    return say('time.yearToDate', {
      start: dayInWords(time.start, language),
      end: dayInWords(time.end, language),
    });
  }
  const per = ({ month: 'Month', quarter: 'Quarter', year: 'Year' } as const)[time.per];
  if (time.window === undefined) {
    return say(`time.average${per}`, { date: dayInWords(time.asOf, language) });
  }
  const window = periodInWords(time.window.start, time.window.end, words);
  return say(`time.average${per}Window`, { window });
}

/** The day of a milestone, or the day by which it is known to have happened. */
export function milestoneDateInWords(on: MilestoneDate, words: TimeWords): string {
  const day = dayInWords(on.date, words.language);
  return scoped(on.type === 'date' ? day : words.say('time.asOf', { date: day }), on.scope, words);
}

/** An instant of the ledger's clock in Shanghai time, to the minute or the second. */
export function instantInShanghai(instant: string | number, seconds = false): string {
  const moment = new Date(instant);
  if (Number.isNaN(moment.getTime())) return String(instant);
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: seconds ? 'medium' : 'short',
  });
  return parts.format(moment);
}

function scoped(time: string, scope: Scope | undefined, words: TimeWords): string {
  if (scope === undefined) return time;
  const covered = periodInWords(scope.start, scope.end, words);
  return words.say('time.scope', { time, scope: covered });
}

/** The name of a year, half-year, quarter or month that runs from its first to its last day. */
function namedPart(from: Day, to: Day, { language, say }: TimeWords): string | undefined {
  const year = from.year;
  const months = to.month - from.month + 1;
  if (months === 12) return say('time.year', { year });
  if (months === 6 && from.month % 6 === 1) {
    const half = say(from.month === 1 ? 'time.firstHalf' : 'time.secondHalf');
    return say('time.half', { year, half });
  }
  if (months === 3 && from.month % 3 === 1) {
    return say('time.quarter', { year, quarter: (from.month + 2) / 3 });
  }
  if (months !== 1) return undefined;
  if (language === 'zh') return `${year}年${from.month}月`;
  return dayInWords(`${year}-${String(from.month).padStart(2, '0')}-01`, 'en').slice(2);
}

function dayOf(date: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return undefined;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

function isMonthEnd({ year, month, day }: Day): boolean {
  return day === new Date(Date.UTC(year, month, 0)).getUTCDate();
}
