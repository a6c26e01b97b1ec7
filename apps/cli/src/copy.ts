import { shownAddress, type LogAddress } from '@ledger/engines';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { copyLog, type Copied } from './copy-log.js';
import { catchInterruption } from './interruption.js';
import { progressBars } from './progress.js';

/** Copies a ledger from one place to another, whichever engines keep them. */
export async function copy(invocation: Invocation): Promise<number> {
  if (invocation.from === undefined || invocation.to === undefined) {
    throw new UsageError('Say from where and to where: copy --from ADDRESS --to ADDRESS');
  }
  const from = readAddress(invocation.from, invocation);
  const to = readAddress(invocation.to, invocation);
  const interruption = catchInterruption(EXIT.interrupted);
  try {
    const bars = progressBars(invocation);
    const copied = await copyLog({ from, to, goOn: SAME_COMMAND, bars, interruption });
    printCopied({ from, to }, copied, invocation);
    return EXIT.done;
  } finally {
    interruption.end();
  }
}

/** How a copy goes on that was interrupted. */
export const SAME_COMMAND = {
  zh: '重复同一命令即可继续。',
  en: 'the same command goes on from there.',
};

/** What stands at the target now, and the digest by which two copies are compared by eye. */
export function printCopied(
  { from, to }: { from: LogAddress; to: LogAddress },
  copied: Copied,
  { json, language }: Invocation,
): void {
  const [source, target] = [shownAddress(from), shownAddress(to)];
  if (json) {
    console.log(JSON.stringify({ from: source, to: target, ...copied }));
    return;
  }
  const { events, added, position, recordedAt, sha256, sourceGained } = copied;
  const lines = {
    zh: [
      `${source} → ${target}：共 ${events} 个事件，本次写入 ${added} 个，已逐字节核对`,
      `最后位置 #${position}，入账时间 ${recordedAt ?? '—'}`,
      `SHA-256（每条记录后接换行）：${sha256}`,
      ...(sourceGained > 0 ? [`来源此后又有 ${sourceGained} 个事件；重复同一命令即可补上`] : []),
    ],
    en: [
      `${source} → ${target}: ${events} events, ${added} written now, compared byte for byte`,
      `last position #${position}, recorded at ${recordedAt ?? '—'}`,
      `SHA-256 (each entry and a newline): ${sha256}`,
      ...(sourceGained > 0
        ? [`the source has gained ${sourceGained} since; the same command brings them over`]
        : []),
    ],
  };
  console.log(lines[language].join('\n'));
}
