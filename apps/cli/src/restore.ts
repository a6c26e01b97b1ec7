import type { Text } from '@ledger/domain';
import { shownAddress, type LogAddress } from '@ledger/engines';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { backupDirectory } from './backup.js';
import { digestLog } from './compare-logs.js';
import { copyLog } from './copy-log.js';
import { printCopied } from './copy.js';
import { catchInterruption, type Interruption } from './interruption.js';
import { readBackupState, type Manifest } from './manifest.js';
import { openSource } from './places.js';
import { progressBars } from './progress.js';
import { Refusal } from './refusal.js';

/**
 * Brings a backup to an empty place, after it was checked against its manifest: exactly the events
 * that the manifest covers, whatever was appended to the directory later.
 */
export async function restore(invocation: Invocation): Promise<number> {
  if (invocation.to === undefined) {
    throw new UsageError('Say where to: restore DIR --to ADDRESS');
  }
  const directory = backupDirectory(invocation);
  const from: LogAddress = { engine: 'sqlite', dataDir: directory };
  const to = readAddress(invocation.to, invocation);
  const interruption = catchInterruption(EXIT.interrupted);
  try {
    const manifest = await manifestIn(directory);
    await checkAgainst(manifest, from, invocation, interruption);
    const [source, target] = [shownAddress(from), shownAddress(to)];
    const copied = await copyLog({
      from,
      to,
      count: manifest.events,
      refuseStanding: (standing) => notEmpty(source, target, standing),
      goOn: {
        zh: `用 copy --from ${source} --to ${target} 继续。`,
        en: `copy --from ${source} --to ${target} goes on from there.`,
      },
      bars: progressBars(invocation),
      interruption,
    });
    if (copied.sha256 !== manifest.sha256) throw altered(directory, copied.sha256, manifest);
    printCopied({ from, to }, { ...copied, sourceGained: 0 }, invocation);
    if (copied.sourceGained > 0) console.error(leftOut(copied.sourceGained)[invocation.language]);
    return EXIT.done;
  } finally {
    interruption.end();
  }
}

/** Somebody appended to the backup's directory, or a later backup into it was not finished. */
function leftOut(events: number): Text {
  return {
    zh: `备份目录里另有 ${events} 个事件不在清单内，未恢复；copy 会连同它们一起复制。`,
    en:
      `${events} more events stand in the backup, which its manifest does not cover; ` +
      'they were left out, and copy would take them along.',
  };
}

async function manifestIn(directory: string): Promise<Manifest> {
  const state = await readBackupState(directory);
  if (state.kind === 'finished') return state.manifest;
  throw new Refusal(
    state.kind === 'empty'
      ? {
          zh: `${directory} 里没有备份；请检查目录。`,
          en: `There is no backup in ${directory}; check the directory.`,
        }
      : {
          zh: `${directory} 里的备份没有完成；重复当时的 backup 命令即可完成。`,
          en: `The backup in ${directory} was not finished; the same backup command finishes it.`,
        },
  );
}

const NOTHING_WRITTEN = { zh: '已中断，未写入任何内容。', en: 'Interrupted; nothing was written.' };

async function checkAgainst(
  manifest: Manifest,
  from: LogAddress,
  invocation: Invocation,
  interruption: Interruption,
): Promise<void> {
  const log = await openSource(from);
  try {
    const { events, sha256 } = await progressBars(invocation)('checking', (at) =>
      digestLog(log, manifest.events, (done) => {
        at(done, manifest.events);
        interruption.check(() => NOTHING_WRITTEN);
      }),
    );
    if (events < manifest.events) throw tooShort(from, events, manifest);
    if (sha256 !== manifest.sha256) throw altered(shownAddress(from), sha256, manifest);
  } finally {
    await log.close();
  }
}

function tooShort(from: LogAddress, events: number, manifest: Manifest): Refusal {
  const where = shownAddress(from);
  return new Refusal({
    zh: `${where} 只有 ${events} 个事件，清单写的是 ${manifest.events} 个；请用另一份备份。`,
    en:
      `${where} holds ${events} events where its manifest says ${manifest.events}; ` +
      'take another backup.',
  });
}

function altered(where: string, sha256: string, manifest: Manifest): Refusal {
  return new Refusal({
    zh: `${where} 与清单不符：SHA-256 为 ${sha256}，清单写的是 ${manifest.sha256}；请用另一份备份。`,
    en:
      `${where} is not what its manifest says: SHA-256 is ${sha256} instead of ` +
      `${manifest.sha256}; take another backup.`,
  });
}

function notEmpty(source: string, target: string, standing: number): Refusal {
  return new Refusal({
    zh: `${target} 已有 ${standing} 个事件，只能恢复到空的地方；中断的恢复请用 copy --from ${source} --to ${target} 继续。`,
    en:
      `${target} holds ${standing} events already, and only an empty place is restored to; ` +
      `an interrupted restore goes on with copy --from ${source} --to ${target}.`,
  });
}
