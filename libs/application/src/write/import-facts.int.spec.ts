import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryEventLog, type EventLog } from '@ledger/event-log';
import { importFacts, type ImportParts } from './import-facts.js';
import { LedgerWriter } from './ledger-writer.js';
import { WriteMetric, WriteMilestone, WriteReform } from './requests.js';

const seed = readFileSync(
  join(__dirname, '..', '..', '..', '..', 'seeds', 'guangming-2021', 'facts.json'),
  'utf8',
);
const clock = () => Date.UTC(2026, 10, 24, 8);
/** Views that have taken in nothing yet. */
const emptyViews = { command: () => undefined, projectedPosition: () => '0' };

describe('importing the facts of Guangming', () => {
  it('records all 132 through the ordinary commands, and the second time only knows them', async () => {
    const log = new MemoryEventLog({ clock });
    const parts = partsOver(log);

    expect(await importFacts(seed, parts)).toMatchObject({
      ok: true,
      facts: 132,
      alreadyRecorded: 0,
    });
    const { position } = await log.head();
    const again = await importFacts(seed, parts);

    expect(again).toMatchObject({ ok: true, facts: 132, recorded: 0, unchanged: 0 });
    expect((await log.head()).position).toBe(position);
  });

  it('goes on where it was interrupted', async () => {
    const log = new MemoryEventLog({ clock });
    const parts = partsOver(log);
    let left = 100;
    const interrupted: ImportParts = {
      ...parts,
      commands: {
        execute: (command) => {
          left -= 1;
          return left < 0
            ? Promise.reject(new Error('power cut'))
            : parts.commands.execute(command);
        },
      },
    };
    await expect(importFacts(seed, interrupted)).rejects.toThrow('power cut');

    const result = await importFacts(seed, parts);
    expect(result).toMatchObject({ ok: true, alreadyRecorded: 100 });
    const whole = new MemoryEventLog({ clock });
    await importFacts(seed, partsOver(whole));
    expect((await log.head()).sequence).toBe((await whole.head()).sequence);
  });

  it.each([
    [
      'a unit of another dimension',
      '"printed": "68.1万平方米"',
      '"printed": "68.1万吨"',
      'UNIT_OF_OTHER_DIMENSION',
    ],
    [
      'an amount that disagrees with its print',
      '"amount": "681000"',
      '"amount": "618000"',
      'PRINTED_DISAGREES',
    ],
    [
      'a reform that nobody registered',
      '"reform": "eia-reform"',
      '"reform": "eia-reforms"',
      'REFERENCE_UNKNOWN',
    ],
    [
      'a percentage over 100',
      '"printed": "80%", "amount": "80"',
      '"printed": "180%", "amount": "180"',
      'PERCENT_OUT_OF_RANGE',
    ],
    ['a date that never was', '"asOf": "2021-08-26"', '"asOf": "2021-02-30"', 'DATE_INVALID'],
  ])('refuses the file whole for %s, naming line and field', async (_, from, to, code) => {
    const damaged = seed.replace(from, to);
    expect(damaged === seed).toBe(false);
    const at = seed.slice(0, seed.indexOf(from)).split('\n').length;
    const log = new MemoryEventLog({ clock });

    const result = await importFacts(damaged, partsOver(log));

    expect(result.ok ? [] : result.problems.map((problem) => problem.code)).toContain(code);
    const found = result.ok ? undefined : result.problems.find((problem) => problem.code === code);
    expect(Math.abs((found?.line ?? 0) - at)).toBeLessThanOrEqual(3);
    expect((await log.head()).position).toBe('0');
  });

  it('does not change a recorded fact by importing an edited file', async () => {
    const log = new MemoryEventLog({ clock });
    const parts = partsOver(log);
    await importFacts(seed, parts);
    const { position } = await log.head();

    const edited = seed.replace(
      '"printed": "9985宗", "amount": "9985"',
      '"printed": "9986宗", "amount": "9986"',
    );
    expect(edited === seed).toBe(false);
    const result = await importFacts(edited, parts);

    expect(result).toMatchObject({ ok: false, problems: [{ code: 'FACT_CHANGED_SINCE_IMPORT' }] });
    expect((await log.head()).position).toBe(position);
  });
});

function partsOver(log: EventLog): ImportParts {
  const writer = new LedgerWriter({ log, views: emptyViews, clock });
  const execute: ImportParts['commands']['execute'] = (command) => {
    const { context } = command;
    if (command instanceof WriteMetric) {
      return writer.metrics.write(command.request.metric, command.request, context);
    }
    if (command instanceof WriteMilestone) {
      return writer.milestones.write(command.request.milestone, command.request, context);
    }
    if (command instanceof WriteReform) {
      return writer.reforms.write(command.request.reform, command.request, context);
    }
    return writer.units.write(command.request.unit, command.request, context);
  };
  return {
    commands: { execute },
    writer,
    log,
    clock,
    actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
  };
}
