import { join } from 'node:path';
import { examineViews, viewsFileIn } from '@ledger/read-models';
import { EXIT, readAddress, type Invocation } from './arguments.js';
import { catchInterruption, Interrupted } from './interruption.js';
import { openSource } from './places.js';
import { progressBars } from './progress.js';
import { Scratch } from './scratch.js';
import { printExamined } from './verify-views-print.js';

/**
 * Folds the log anew and compares the views in force with what comes out, row by row and event by
 * event. Changes nothing in the data directory, so it runs beside a server, and for whoever may
 * only read. What is folded stands in a temporary folder meanwhile.
 */
export async function verify(invocation: Invocation): Promise<number> {
  const address = readAddress(invocation.log, invocation);
  const viewsFile = viewsFileIn(address.dataDir);
  const log = await openSource(address);
  const interruption = catchInterruption(EXIT.interrupted);
  const { signal } = interruption;
  const scratch = new Scratch('verify');
  try {
    const examined = await progressBars(invocation)('verifying', (tell) =>
      examineViews({
        log,
        viewsFile,
        folder: join(scratch.folder, 'views'),
        signal,
        onProgress: ({ phase, done, total }) => tell(done, total, phase),
      }),
    );
    printExamined(examined, viewsFile, invocation);
    if (examined.state === 'missing') return EXIT.noViews;
    return examined.state === 'compared' && examined.equal ? EXIT.done : EXIT.viewsDiffer;
  } catch (fault) {
    if (!signal.aborted) throw fault;
    throw new Interrupted({
      zh: '核对已停止，未留下任何文件。',
      en: 'The verification was stopped; nothing of it is left.',
    });
  } finally {
    scratch.remove();
    interruption.end();
    await log.close();
  }
}
