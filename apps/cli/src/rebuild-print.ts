import Table from 'cli-table3';
import type { Rebuilt } from '@ledger/read-models';
import type { Invocation, Language } from './arguments.js';
import type { Recording } from './record-rebuild.js';

/** One object with `--json`; else a table of old and new, and what became of the comparison. */
export function printRebuilt(
  { position, comparison }: Rebuilt,
  recording: Recording,
  { json, language }: Invocation,
): void {
  if (json) {
    console.log(JSON.stringify({ position, comparison: comparison ?? null, recording }));
    return;
  }
  if (comparison !== undefined) {
    const table = new Table({ head: headings[language], style: { head: [], border: [] } });
    for (const { name, version, rows, hash, previous, verdict } of comparison.models) {
      table.push([
        name,
        change(previous?.version, version),
        change(previous?.rows, rows),
        previous === undefined || previous.hash === hash ? hash : `${previous.hash}\n→ ${hash}`,
        verdicts[verdict][language],
      ]);
    }
    console.log(table.toString());
  }
  const build = comparison?.build ?? '';
  const compared = comparison?.position ?? '';
  const lines = {
    zh: [
      `视图已重建至位置 ${position}`,
      comparison === undefined
        ? '此前没有可比较的视图（不存在、已损坏或属于另一个日志）'
        : `构建 ${build} 已与原有视图比较至位置 ${compared}`,
      ...(comparison === undefined ? [] : [recordings[recording.state](recording).zh]),
    ],
    en: [
      `the views were built anew, up to position ${position}`,
      comparison === undefined
        ? 'there were no views to compare them with (none, damaged, or of another log)'
        : `build ${build} was compared with the old views up to position ${compared}`,
      ...(comparison === undefined ? [] : [recordings[recording.state](recording).en]),
    ],
  };
  console.log(lines[language].join('\n'));
}

const headings: { readonly [language in Language]: string[] } = {
  zh: ['读模型', '版本', '行数', 'SHA-256', '结论'],
  en: ['read model', 'version', 'rows', 'SHA-256', 'verdict'],
};

const verdicts = {
  equal: { zh: '相同', en: 'equal' },
  explained: { zh: '不同，已说明', en: 'differs, explained' },
} as const;

const change = (before: number | undefined, now: number): string =>
  before === undefined || before === now ? String(now) : `${before} → ${now}`;

const recordings: {
  readonly [state in Recording['state']]: (recording: Recording) => {
    [language in Language]: string;
  };
} = {
  recorded: (recording) => {
    const at = recording.state === 'recorded' ? recording.position : '';
    return { zh: `比较结果已入账：位置 ${at}`, en: `the comparison is recorded at position ${at}` };
  },
  failed: (recording) => {
    const why = recording.state === 'failed' ? recording.why : '';
    return {
      zh: `比较结果未能入账（${why}）；服务下次启动时会再试`,
      en: `the comparison could not be recorded (${why}); the next start of a server tries again`,
    };
  },
  held: () => ({
    zh: '日志由服务持有：比较结果将由该服务入账',
    en: 'a server holds the log: it will record the comparison',
  }),
  nothing: () => ({ zh: '比较结果已由服务入账', en: 'a server has recorded the comparison' }),
};

/** Why rebuilt views were not put in force. */
export type Differs = {
  model: string;
  message: string;
  event?: { position: string; eventId: string; type: string; stream: string };
};

/** One object with `--json`; else what differs, where, and what to do about it, on stderr. */
export function printDiffers(differs: Differs, { json, language }: Invocation): void {
  const { model, event, message } = differs;
  if (json) {
    console.log(
      JSON.stringify({ refused: 'REBUILD_DIFFERS', model, event: event ?? null, message }),
    );
    return;
  }
  const at =
    event === undefined
      ? undefined
      : `#${event.position}  ${event.type}  ${event.stream}  ${event.eventId}`;
  const zh = [
    `重建的读模型 ${model} 与现用视图不同，未予替换；原有视图仍在使用。`,
    ...(at === undefined ? [message] : [`  首个不同的事件：${at}`]),
    '请用 ledger verify-views 查明现用视图是否与日志相符；',
    '确认后用 ledger rebuild --explain "原因" 替换，原因会写入日志。',
  ];
  const en = [
    `The rebuilt read model ${model} differs from the one in force and did not replace it.`,
    ...(at === undefined ? [message] : [`  first event that differs: ${at}`]),
    'See with `ledger verify-views` whether the views in force are what the log says; then replace',
    'them with `ledger rebuild --explain "why"`, which writes the reason into the log.',
  ];
  console.error((language === 'zh' ? zh : en).join('\n'));
}
