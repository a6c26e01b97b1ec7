// The process that looks: if a look hangs or falls, the doctor still answers.
import { LOOKS } from './looks.js';
import type { Asked, Told } from './look-runner.js';

const tell = (told: Told): void => {
  process.send?.(told);
};

process.on('message', (asked: Asked) => {
  LOOKS[asked.name](asked.question).then(
    (looked) => tell({ number: asked.number, looked }),
    (fault: unknown) => {
      tell({ number: asked.number, fault: fault instanceof Error ? fault.message : String(fault) });
    },
  );
});
process.on('disconnect', () => process.exit());
tell({ number: 0, looked: { findings: [] } });
