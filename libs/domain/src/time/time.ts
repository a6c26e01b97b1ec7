// Names and shapes here are storage format: never edited, only added to.

/** An ISO calendar date (`2021-08-26`) in Asia/Shanghai. */
export type LocalDate = string;

/** What a list, campaign or plan covers. It may end in the future: it is not an observation. */
export type Scope = { start: LocalDate; end: LocalDate; code?: string };

/**
 * The valid time of a figure. `phrase` is the wording of the source ("截至目前"), absent where the
 * source states none and the publication date stands in.
 *
 * - `asOf`: holds at the end of that day.
 * - `period`: over a closed period, both ends inclusive; a single day has start = end.
 * - `yearToDate`: from 1 January (`start`) to `end`; cumulative within the year.
 * - `averagePerPeriod`: an average per month/…; the averaging window is unknown unless given.
 */
export type ValidTime =
  | { type: 'asOf'; asOf: LocalDate; scope?: Scope; phrase?: string }
  | { type: 'period'; start: LocalDate; end: LocalDate; code?: string; phrase?: string }
  | { type: 'yearToDate'; start: LocalDate; end: LocalDate; code?: string; phrase?: string }
  | {
      type: 'averagePerPeriod';
      per: 'month' | 'quarter' | 'year';
      asOf: LocalDate;
      window?: { start: LocalDate; end: LocalDate };
      phrase?: string;
    };

/** When something happened: on a known day, or by a day because the source prints no date. */
export type EventDate = { type: 'date' | 'asOf'; date: LocalDate; scope?: Scope; phrase?: string };
