/**
 * What the page is asked to show, as it stands in the address. `validAt` is a date; `knownAt` is a
 * date, a position or a timestamp. With either the page is a frozen view of the past.
 */
export type ViewQuery = { validAt?: string; knownAt?: string };
export type ViewProblem = 'validAt' | 'knownAt';

/** Reads the address; a part that cannot be understood is reported and left out. */
export function readView(search: string): { view: ViewQuery; problems: ViewProblem[] } {
  const params = new URLSearchParams(search);
  return viewOf(params.get('validAt') ?? '', params.get('knownAt') ?? '');
}

/** The same for what was typed; `#128` is position 128. */
export function viewOf(
  validAt: string,
  knownAt: string,
): { view: ViewQuery; problems: ViewProblem[] } {
  const valid = validAt.trim();
  const known = knownAt.trim().replace(/^#/, '').replaceAll(',', '');
  const view: ViewQuery = {};
  const problems: ViewProblem[] = [];
  if (valid !== '') {
    if (isDate(valid)) view.validAt = valid;
    else problems.push('validAt');
  }
  if (known !== '') {
    if (isDate(known) || isPosition(known) || isInstant(known)) view.knownAt = known;
    else problems.push('knownAt');
  }
  return { view, problems };
}

/** The address of a view: other parameters (the language) stay, stale ones go. */
export function withView(search: string, view: ViewQuery): string {
  const params = new URLSearchParams(search);
  for (const name of ['validAt', 'knownAt'] as const) {
    const value = view[name];
    if (value === undefined) params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Parameters for the API: a date of knowledge means the end of that day in Shanghai. */
export function boardParams(view: ViewQuery): { [name: string]: string } {
  const known = view.knownAt;
  return {
    ...(view.validAt === undefined ? {} : { validAt: view.validAt }),
    ...(known === undefined
      ? {}
      : { knownAt: isDate(known) ? `${known}T23:59:59.999+08:00` : known }),
  };
}

export function isFrozen(view: ViewQuery): boolean {
  return view.validAt !== undefined || view.knownAt !== undefined;
}

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function isPosition(text: string): boolean {
  return /^(0|[1-9]\d{0,19})$/.test(text);
}

function isInstant(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
