import { resolve } from 'node:path';
import type { Text } from '@ledger/domain';
import {
  exportViews,
  importViews,
  ProjectionFault,
  SnapshotFault,
  viewsFileIn,
  type SnapshotManifest,
} from '@ledger/read-models';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { catchInterruption, Interrupted } from './interruption.js';
import { openSource } from './places.js';
import { progressBars, type Done } from './progress.js';
import { recordRebuild } from './record-rebuild.js';
import { Refusal } from './refusal.js';

type Work = {
  invocation: Invocation;
  folder: string;
  viewsFile: string;
  signal: AbortSignal;
};

/** `views export DIR` and `views import DIR`: a copy of the views, so that nobody need fold again. */
export async function views(invocation: Invocation): Promise<number> {
  const [action = '', directory = ''] = invocation.operands;
  const act = action === 'export' ? exportTo : action === 'import' ? importFrom : undefined;
  if (act === undefined) {
    throw new UsageError(
      `"${action}" is nothing that views does: views export DIR, views import DIR`,
    );
  }
  const address = readAddress(invocation.log, invocation);
  const interruption = catchInterruption(EXIT.interrupted);
  const { signal } = interruption;
  try {
    const viewsFile = viewsFileIn(address.dataDir);
    await act({ invocation, folder: resolve(directory), viewsFile, signal });
    return EXIT.done;
  } catch (fault) {
    if (fault instanceof SnapshotFault) throw new Refusal(fault.text);
    if (signal.aborted) throw new Interrupted(stopped);
    if (!(fault instanceof ProjectionFault) || fault.code !== 'VIEWS_MISSING') throw fault;
    console.error(noViews(viewsFileIn(address.dataDir))[invocation.language]);
    return EXIT.noViews;
  } finally {
    interruption.end();
  }
}

const stopped: Text = {
  zh: '已停止：未留下任何不完整的文件，原有视图仍在使用。',
  en: 'It was stopped: nothing half is left, and the views that were in force stay so.',
};

const noViews = (viewsFile: string): Text => ({
  zh: `${viewsFile} 还没有视图；启动服务或运行 ledger rebuild 即可生成。`,
  en: `There are no views at ${viewsFile} yet; a server or \`ledger rebuild\` makes them.`,
});

async function exportTo({ invocation, folder, viewsFile, signal }: Work): Promise<void> {
  const manifest = await progressBars(invocation)('exporting', (tell) =>
    exportViews({ viewsFile, folder, signal, onProgress: told(tell) }),
  );
  const { position } = manifest.checkpoint;
  print(manifest, invocation, {
    zh: `视图快照已导出：${folder}，至位置 ${position}`,
    en: `the views were exported to ${folder}, up to position ${position}`,
  });
}

async function importFrom({ invocation, folder, viewsFile, signal }: Work): Promise<void> {
  const address = readAddress(invocation.log, invocation);
  const log = await openSource(address);
  try {
    // What the views to be replaced had to say goes into the log before they are gone.
    await recordRebuild(address, viewsFile);
    const { manifest, replaced } = await progressBars(invocation)('importing', (tell) =>
      importViews({ viewsFile, folder, log, signal, onProgress: told(tell) }),
    );
    const { position } = manifest.checkpoint;
    const instead = {
      zh: replaced === undefined ? '' : `，替换了位置 ${replaced} 的视图`,
      en: replaced === undefined ? '' : `, in the place of views at position ${replaced}`,
    };
    print(manifest, invocation, {
      zh: `视图快照已启用：至位置 ${position}${instead.zh}；可用 ledger verify-views 与日志核对`,
      en:
        `the views of the snapshot are in force, up to position ${position}${instead.en}; ` +
        '`ledger verify-views` compares them with the log',
    });
  } finally {
    await log.close();
  }
}

const told =
  (tell: Done) =>
  ({ phase, done, total }: { phase: string; done: number; total: number }): void =>
    tell(done, total, phase);

function print(manifest: SnapshotManifest, { json, language }: Invocation, said: Text): void {
  if (json) {
    console.log(JSON.stringify(manifest));
    return;
  }
  const files = Object.entries(manifest.files).map(
    ([name, { bytes, sha256 }]) => `  ${name}  ${bytes.toLocaleString('en')} B  ${sha256}`,
  );
  const models = manifest.models.map(
    ({ name, version, rows, hash }) =>
      `  ${name}  v${version}  ${rows.toLocaleString('en')}  ${hash}`,
  );
  console.log([said[language], ...files, ...models].join('\n'));
}
