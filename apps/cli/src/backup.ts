import { resolve } from 'node:path';
import { checkLog, shownAddress, type LogAddress } from '@ledger/engines';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { copyLog } from './copy-log.js';
import { SAME_COMMAND } from './copy.js';
import { catchInterruption } from './interruption.js';
import { beginBackup, finishBackup, readBackupState, type Manifest } from './manifest.js';
import { progressBars } from './progress.js';
import { Refusal } from './refusal.js';

/**
 * Copies the log, as it stands at the start, into a directory of its own: a data directory with a
 * SQLite log, and a manifest that is written last. Runs beside a server. Into an older backup of
 * the same ledger only what is new is written; until the end its old manifest stays true.
 */
export async function backup(invocation: Invocation): Promise<number> {
  const directory = backupDirectory(invocation);
  const from = readAddress(invocation.log, invocation);
  const to: LogAddress = { engine: 'sqlite', dataDir: directory };
  const interruption = catchInterruption(EXIT.interrupted);
  try {
    const state = await readBackupState(directory);
    const copied = await copyLog({
      from,
      to,
      goOn: SAME_COMMAND,
      beforeWriting: () => beginBackup(directory, from),
      bars: progressBars(invocation),
      interruption,
    });
    if (copied.events > 0) await walk(to);
    const manifest = await finishBackup(directory, from, copied);
    const before = state.kind === 'finished' ? state.manifest.events : 0;
    print({ directory, manifest, before, sourceGained: copied.sourceGained }, invocation);
    return EXIT.done;
  } finally {
    interruption.end();
  }
}

/** The directory that an invocation of `backup` or `restore` names, absolute. */
export function backupDirectory({ operands }: Invocation): string {
  const [directory] = operands;
  if (directory === undefined) throw new UsageError('Name the directory of the backup.');
  return resolve(directory);
}

/** Equal to its source is not enough: a damaged source makes an equally damaged copy. */
async function walk(backupAddress: LogAddress): Promise<void> {
  const check = await checkLog(backupAddress);
  if (check.sound) return;
  const { position, problem } = check;
  const where = shownAddress(backupAddress);
  throw new Refusal({
    zh: `${where} 与来源相同，但在位置 ${position} 自相矛盾（${problem}）；请先对来源运行 doctor，此备份未完成。`,
    en:
      `${where} equals its source and contradicts itself at position ${position} (${problem}); ` +
      'run the doctor on the source, this backup is left unfinished.',
  });
}

type Made = { directory: string; manifest: Manifest; before: number; sourceGained: number };

function print(made: Made, { json, language }: Invocation): void {
  const { directory, manifest, before, sourceGained } = made;
  if (json) {
    console.log(JSON.stringify({ directory, ...manifest, eventsBefore: before, sourceGained }));
    return;
  }
  const { events, position, recordedAt, source, sha256 } = manifest;
  const lines = {
    zh: [
      `备份完成：${source} → ${directory}，${events} 个事件（此前已有 ${before} 个），已逐字节核对`,
      `最后位置 #${position}，入账时间 ${recordedAt ?? '—'}`,
      `SHA-256（每条记录后接换行）：${sha256}`,
    ],
    en: [
      `backed up ${source} → ${directory}: ${events} events (${before} of them before), verified`,
      `last position #${position}, recorded at ${recordedAt ?? '—'}`,
      `SHA-256 (each entry and a newline): ${sha256}`,
    ],
  };
  console.log(lines[language].join('\n'));
}
