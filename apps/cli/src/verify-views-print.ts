import Table from 'cli-table3';
import type { Examined, ModelVerification } from '@ledger/read-models';
import type { Invocation, Language } from './arguments.js';

type Words = { readonly [language in Language]: string };

/** One object with `--json`; else a table of the read models and a plain verdict. */
export function printExamined(
  examined: Examined,
  viewsFile: string,
  { json, language }: Invocation,
): void {
  if (json) {
    console.log(JSON.stringify(examined));
    return;
  }
  if (examined.state !== 'compared') {
    const why = 'why' in examined ? examined.why : '';
    console.log(reasons[examined.state](viewsFile, why)[language]);
    return;
  }
  const { models, position, equal } = examined;
  const table = new Table({ head: headings[language], style: { head: [], border: [] } });
  for (const { name, version, position: at, rows, expectedRows, ...model } of models) {
    const counted = rows === expectedRows ? String(rows) : `${rows} (${expectedRows})`;
    const hash =
      model.hash === model.expectedHash ? model.hash : `${model.hash}\n(${model.expectedHash})`;
    table.push([
      name,
      version,
      at,
      counted,
      hash,
      verdicts[model.equal ? 'equal' : 'not'][language],
    ]);
  }
  console.log(table.toString());
  for (const model of models) {
    for (const line of divergenceOf(model)) console.log(line[language]);
  }
  console.log(conclusion(equal, position)[language]);
}

const headings: { readonly [language in Language]: string[] } = {
  zh: ['读模型', '版本', '位置', '所比行数（应为）', 'SHA-256（应为）', '结论'],
  en: [
    'read model',
    'version',
    'position',
    'rows compared (expected)',
    'SHA-256 (expected)',
    'verdict',
  ],
};

const verdicts = {
  equal: { zh: '相符', en: 'equal' },
  not: { zh: '不符', en: 'differs' },
} as const;

function divergenceOf({ name, firstDivergence }: ModelVerification): Words[] {
  if (firstDivergence === undefined) return [];
  const { position, eventId, type, stream, what } = firstDivergence;
  const event = `#${position}  ${type}  ${stream}  ${eventId}`;
  return [
    {
      zh: `${name} 首个不符的事件：${event}（${differences[what].zh}）`,
      en: `${name}: first event that differs: ${event} (${differences[what].en})`,
    },
  ];
}

const differences = {
  rows: { zh: '由它生成的行不同', en: 'the rows that it made' },
  event: { zh: '视图所存的事件与日志不同', en: 'the event as the views hold it' },
  names: {
    zh: '段缓存对该事件的记载（流、序列、时间或类型）与日志不同',
    en: 'what the segment cache says of it: its stream, series, time or type',
  },
  hash: {
    zh: '行相同，散列值不同；此处为该模型所到的位置',
    en: 'the rows are equal and the hash is not; this is where the model stands',
  },
} as const;

const conclusion = (equal: boolean, position: string): Words =>
  equal
    ? {
        zh: `视图与日志相符（至位置 ${position}）。`,
        en: `The views are what the log says, up to position ${position}.`,
      }
    : {
        zh: '视图与日志不符。日志为准：请用 ledger rebuild --explain "原因" 重建视图。',
        en:
          'The views are not what the log says. The log is right: build them anew with ' +
          '`ledger rebuild --explain "why"`.',
      };

type Reason = (viewsFile: string, why: string) => Words;

const reasons: { readonly [state in Exclude<Examined['state'], 'compared'>]: Reason } = {
  missing: (viewsFile) => ({
    zh: `${viewsFile} 还没有视图；启动服务或运行 ledger rebuild 即可生成。`,
    en: `There are no views at ${viewsFile} yet; a server or \`ledger rebuild\` makes them.`,
  }),
  damaged: (viewsFile, why) => ({
    zh: `${viewsFile} 的视图已损坏，无法核对（${why}）；日志不受影响，请运行 ledger rebuild。`,
    en:
      `The views at ${viewsFile} are damaged and cannot be compared (${why}). The log is not ` +
      'concerned; build them anew with `ledger rebuild`.',
  }),
  otherVersion: (viewsFile) => ({
    zh: `${viewsFile} 的视图由其他版本的读模型生成，无法核对；请先运行 ledger rebuild。`,
    en:
      `The views at ${viewsFile} were made by other versions of the read models and cannot be ` +
      'compared; build them anew first with `ledger rebuild`.',
  }),
  otherLog: (viewsFile, why) => ({
    zh: `${viewsFile} 的视图不是由这个日志生成的（${why}）；请检查 --log，或运行 ledger rebuild。`,
    en:
      `The views at ${viewsFile} are not of this log (${why}); check --log, or build them anew ` +
      'with `ledger rebuild`.',
  }),
};
