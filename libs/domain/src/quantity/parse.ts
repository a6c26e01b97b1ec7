import type { Refusal } from '../decision.js';
import { isCleanText } from '../text.js';
import { isLabel, labelEnd } from './labels.js';
import type { MarkPlace } from './marks.js';
import { chineseNumeralCharacters } from './numeral.js';
import {
  pieceAt,
  type FoundQuantity,
  type ParseOptions,
  type Piece,
  type PrintedQuantity,
} from './piece.js';
import * as refuse from './refusals.js';

export type { FoundQuantity, ParseOptions, PrintedQuantity } from './piece.js';

export type ParsedPrinted = { form: PrintedQuantity } | { refusals: [Refusal, ...Refusal[]] };

/** Longer texts are refused: a quantity with its unit and qualifier is short. */
export const maximumPrintedLength = 200;

/**
 * Reads a text that is one printed quantity and nothing else ("68.1万平方米", "近百", "3-5人").
 * Which unit a word like 个 means is left to `readPrinted`. Refusals, all at "": TEXT_NOT_CLEAN,
 * QUANTITY_IS_LABEL, SEVERAL_QUANTITIES, UNIT_UNKNOWN, QUANTITY_UNREADABLE.
 */
export function parsePrinted(text: string, options: ParseOptions = {}): ParsedPrinted {
  if (!isCleanText(text)) return refused(refuse.textNotClean('', text));
  if (text.length > maximumPrintedLength) return refused(refuse.tooLong(text));
  if (isLabel(text)) return refused(refuse.isLabel(text));
  const whole = pieceAt(text, 0, options);
  if (whole?.end === text.length && whole.trouble === undefined) return { form: whole.form };
  return refused(whyUnreadable(text, whole, options));
}

const refused = (reason: Refusal): ParsedPrinted => ({ refusals: [reason] });

/** The very text of a parsed quantity, the inverse of `parsePrinted`. */
export function renderPrinted(form: PrintedQuantity): string {
  const { from, mark } = form;
  const markAt = (place: MarkPlace) => (mark?.place === place ? mark.word : '');
  return [
    form.per,
    markAt('front'),
    form.gapBefore,
    form.percentBefore,
    ...(from ? [from.numeral.text, from.prefix, from.unitWord, from.joint] : []),
    form.numeral.text,
    markAt('afterNumeral'),
    form.gapAfter,
    form.prefix,
    markAt('afterPrefix'),
    form.gapUnit,
    form.unitWord,
    markAt('afterUnit'),
  ].join('');
}

/**
 * Every quantity of a text, in order. Labels, dates and figures of unknown units are passed over.
 * A numeral counts if a unit or qualifier word stands with it, or if it is Arabic and stands free.
 */
export function findQuantities(text: string, options: ParseOptions = {}): FoundQuantity[] {
  const found: FoundQuantity[] = [];
  for (let start = 0; start < text.length;) {
    const end = labelEnd(text, start);
    const piece = end === undefined ? pieceAt(text, start, options) : undefined;
    if (piece !== undefined && isEvident(text, piece)) {
      found.push({ start, end: piece.end, text: text.slice(start, piece.end), form: piece.form });
    }
    start = end ?? piece?.end ?? skipRun(text, start);
  }
  return found;
}

/** Whether a numeral inside a longer text is surely meant as a quantity. */
function isEvident(text: string, { form, end, trouble }: Piece): boolean {
  if (trouble !== undefined) return false;
  if (form.unitWord !== '' || form.percentBefore !== '') return true;
  const goesOn = /^[\p{L}\p{N}]/u.test(text.slice(end));
  return !goesOn && (form.mark !== undefined || form.numeral.style !== 'chinese');
}

const run = new RegExp(
  `[0-9０-９]+(?:[.,，．][0-9０-９]+)*|[${chineseNumeralCharacters}]+|[A-Za-z]+`,
  'y',
);

/** The next place where something may start: never in the middle of a numeral or a word. */
function skipRun(text: string, start: number): number {
  run.lastIndex = start;
  return start + (run.exec(text)?.[0].length ?? 1);
}

function whyUnreadable(text: string, whole: Piece | undefined, options: ParseOptions): Refusal {
  const found = findQuantities(text, options);
  if (found.length > 1) return refuse.severalQuantities(text, found);
  if (whole?.trouble !== undefined) return refuse.trouble(text, whole.trouble);
  const [only] = found;
  if (only !== undefined) return refuse.moreThanQuantity(text, only.text);
  if (holdsLabel(text)) return refuse.isLabel(text);
  const rest = whole === undefined || whole.form.unitWord !== '' ? '' : text.slice(whole.end);
  return /^[\p{L}\s]/u.test(rest) ? refuse.unitUnknown('', text, []) : refuse.noQuantity(text);
}

const holdsLabel = (text: string): boolean =>
  Array.from(text, (_, place) => place).some((place) => labelEnd(text, place) !== undefined);
