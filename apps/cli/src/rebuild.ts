import { projectionAggregate, type Text } from '@ledger/domain';
import type { EventLogReader } from '@ledger/event-log';
import { ProjectionFault, rebuildViews, viewsFileIn } from '@ledger/read-models';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { catchInterruption, Interrupted } from './interruption.js';
import { openSource } from './places.js';
import { progressBars } from './progress.js';
import { printDiffers, printRebuilt, type Differs } from './rebuild-print.js';
import { recordRebuild } from './record-rebuild.js';

/**
 * Builds the views anew beside those in force, compares the two, and replaces the old ones. Reads
 * the log and writes the views, so a server may run. What was compared goes into the log: through
 * this command where nobody holds the log, else through the server that holds it.
 */
export async function rebuild(invocation: Invocation): Promise<number> {
  const explanation = readExplanation(invocation.explain);
  const address = readAddress(invocation.log, invocation);
  const viewsFile = viewsFileIn(address.dataDir);
  const log = await openSource(address);
  const interruption = catchInterruption(EXIT.interrupted);
  const { signal } = interruption;
  let isReplaced = false;
  try {
    // A rebuild that was killed before it was recorded is recorded before its views are replaced.
    await recordRebuild(address, viewsFile);
    interruption.check(stopped);
    const rebuilt = await progressBars(invocation)('rebuilding', (tell) =>
      rebuildViews({
        log,
        viewsFile,
        signal,
        trigger: 'commandLine',
        ...(explanation !== undefined && { explanation }),
        onProgress: ({ phase, done, total }) => tell(done, total, phase),
      }),
    );
    isReplaced = true;
    const recording = await recordRebuild(address, viewsFile);
    printRebuilt(rebuilt, recording, invocation);
    return recording.state === 'failed' ? EXIT.failed : EXIT.done;
  } catch (fault) {
    if (signal.aborted && !isReplaced) throw new Interrupted(stopped());
    if (!(fault instanceof ProjectionFault) || fault.code !== 'REBUILD_DIFFERS') throw fault;
    printDiffers(await differsAt(fault, log), invocation);
    return EXIT.rebuildDiffers;
  } finally {
    interruption.end();
    await log.close();
  }
}

const stopped = (): Text => ({
  zh: '重建已停止：原有视图仍在使用，未留下新视图的任何部分。',
  en: 'The rebuild was stopped: the old views stay in force, and nothing of new ones is left.',
});

/**
 * Whoever rebuilds says it in one language, and it is not translated. What the ledger would refuse
 * to record is refused here, before anything is built.
 */
function readExplanation(said: string | undefined): Text | undefined {
  if (said === undefined) return undefined;
  const explanation = { zh: said, en: said };
  const decided = projectionAggregate.decide(
    {
      type: 'RecordRebuild',
      today: '2000-01-01',
      projection: 'read-models',
      build: '00000000',
      trigger: 'commandLine',
      position: '0',
      models: [{ name: 'any', version: 1, rows: 0, hash: '0'.repeat(64), verdict: 'explained' }],
      explanation,
    },
    projectionAggregate.initial(),
  );
  if (decided.outcome !== 'refused') return explanation;
  const [refusal] = decided.refusals;
  throw new UsageError(`--explain: ${refusal?.message.en ?? ''} ${refusal?.hint.en ?? ''}`);
}

async function differsAt({ message, details }: ProjectionFault, log: EventLogReader) {
  const { model = '', position } = details;
  const differs: Differs = { model, message };
  if (position === undefined) return differs;
  const after = String(Number(position) - 1);
  const [event] = await log.readAll({ after, limit: 1 });
  const { id: eventId = '', type = '', stream = '' } = event ?? {};
  return { ...differs, event: { position, eventId, type, stream } };
}
