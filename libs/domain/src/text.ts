/** A label in both languages of the ledger. `zh` is the official one; `en` is a translation. */
export type Text = { zh: string; en: string };

/** Storable as it stands: no U+0000 (SQLite cuts there), no lone surrogate, normalised (NFC). */
export const isCleanText = (text: string): boolean =>
  !text.includes('\u0000') && !/\p{Surrogate}/u.test(text) && text === text.normalize('NFC');

/** More than white space. Takes undefined, because data from outside may lack the field. */
export const isWritten = (text: string | undefined): boolean =>
  text !== undefined && text.trim() !== '';

export type Lang = keyof Text;
