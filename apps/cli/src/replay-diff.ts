import { join } from 'node:path';
import Table from 'cli-table3';
import type { EventLogReader } from '@ledger/event-log';
import {
  openViews,
  rebuildViews,
  type Difference,
  type DifferenceItem,
  type FigureChange,
  type Progress,
} from '@ledger/read-models';
import type { Language } from './arguments.js';

/** Changes asked for at once; the views answer with fewer where finding them takes long. */
const PAGE = 200;

export type Since = Omit<Difference, 'next'>;

/**
 * What has changed from a position until the end of the log: of two moments of knowledge only what
 * differs. The views that answer it are built from the log in the folder, which is the caller's to
 * remove; those of a server are neither needed nor touched.
 */
export async function differenceSince(
  position: string,
  log: EventLogReader,
  { folder, onProgress }: { folder: string; onProgress: (progress: Progress) => void },
): Promise<Since> {
  const viewsFile = join(folder, 'views.db');
  await rebuildViews({ log, viewsFile, trigger: 'commandLine', onProgress });
  const views = openViews(viewsFile);
  try {
    const moments = { from: position, to: views.projectedPosition(), limit: PAGE };
    const { next: first, ...since } = views.difference(moments);
    const items = [...since.items];
    for (let after = first; after !== null;) {
      const page = views.difference({ ...moments, after });
      items.push(...page.items);
      after = page.next;
    }
    return { ...since, items };
  } finally {
    views.close();
  }
}

/** A table of what changed, or a sentence when nothing did. */
export function printSince({ from, to, items }: Since, language: Language): void {
  const span = `#${from.position} → #${to.position}`;
  if (items.length === 0) {
    console.log({ zh: `${span}：没有变化`, en: `${span}: nothing has changed` }[language]);
    return;
  }
  const title = { zh: `${span}：${items.length} 项变化`, en: `${span}: ${items.length} changes` };
  console.log(title[language]);
  const table = new Table({ head: headings[language], style: { head: [], border: [] } });
  for (const item of items) table.push(row(item, language));
  console.log(table.toString());
}

const headings: { readonly [language in Language]: string[] } = {
  zh: ['对象', '原', '新', '差', '原因'],
  en: ['what', 'old', 'new', 'difference', 'reason'],
};

function row(item: DifferenceItem, language: Language): string[] {
  const { cause, names } = item;
  const reason = `${cause.reason ?? cause.kind} (#${cause.position})`;
  switch (item.kind) {
    case 'figure': {
      const series = Object.entries(item.series).map(([name, value]) => `${name}=${value}`);
      const what = [names[language], item.metric, ...series].join('\n');
      return [what, figure(item.old), figure(item.new), workedOut(item, language), reason];
    }
    case 'milestone':
      return [
        `${names[language]}\n${item.milestone}`,
        'status' in item.old ? item.old.status : item.old.absence,
        'status' in item.new ? item.new.status : item.new.absence,
        'status' in item.old ? fieldNames(item.fields) : '',
        reason,
      ];
    case 'definition': {
      const { kind, id } = item.subject;
      const what = `${names[language]}\n${kind} ${id}`;
      const fields = item.change === 'registered' ? '' : fieldNames(item.fields);
      return [what, '', item.change, fields, reason];
    }
  }
}

const figure = (side: FigureChange['old']): string =>
  'absence' in side ? side.absence : side.printed;

const fieldNames = (fields: readonly { field: string }[]): string =>
  fields.map(({ field }) => field).join('\n');

/** new − old with its sign and every digit; or why there is no such number. */
function workedOut({ difference }: FigureChange, language: Language): string {
  if ('refused' in difference) {
    return difference.refused.map(({ message }) => message[language]).join('\n');
  }
  const { amount, lower, upper, unit, qualifier } = difference.quantity;
  const figures = amount === undefined ? `${lower ?? '…'} … ${upper ?? '…'}` : signed(amount);
  return `${figures} ${unit}${qualifier === 'exact' ? '' : ` (${qualifier})`}`;
}

const signed = (amount: string): string =>
  amount.startsWith('-') || amount === '0' ? amount : `+${amount}`;
