import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CqrsModule, CommandBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { EventLogError, MemoryEventLog, type EventLog } from '@ledger/event-log';
import { around, clock, emptyViews, reasonOf } from './fixtures.js';
import { WriteProjectionHandler } from './handlers.js';
import { importFacts } from './import-facts.js';
import { LedgerWriter } from './ledger-writer.js';
import { rebuildCommand, type RebuildSaid } from './rebuild-command.js';
import type { Receipt } from './receipt.js';

const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };
const stream = 'projection-read-models';

const content = { version: 1, rows: 283, hash: 'a'.repeat(64) };
const said: RebuildSaid = {
  projection: 'read-models',
  build: '0a1b2c3d',
  trigger: 'operation',
  position: '283',
  models: [{ name: 'activity', ...content, previous: content, verdict: 'equal' }],
};

let log: MemoryEventLog;
let modules: TestingModule[];
beforeEach(() => {
  log = new MemoryEventLog({ clock });
  modules = [];
});
afterEach(async () => {
  for (const each of modules) await each.close();
});

describe('recording a rebuild', () => {
  it('names the configured actor and is known by its build', async () => {
    const execute = await serverOver(log);

    const receipt = await execute(said);

    expect(receipt).toMatchObject({ outcome: 'recorded', stream, revision: 0, replayed: false });
    const [event] = await log.readStream(stream, { limit: 2 });
    expect(event).toMatchObject({
      type: 'ReadModelsRebuilt',
      data: said,
      metadata: { schema: 1, actor },
    });
  });

  it('twice gives one event and the first receipt, whoever asks and in whatever process', async () => {
    const first = await (await serverOver(log))(said);
    const execute = await serverOver(log, { ...actor, id: 'another' });

    const again = await execute(said);

    expect(again).toEqual({ ...first, replayed: true });
    expect((await log.head()).position).toBe('1');
  });

  it('whose answer was lost is recorded once when asked for again', async () => {
    let lost = true;
    const losing = around(log, {
      append: async (...asked) => {
        const appended = await log.append(...asked);
        if (!lost) return appended;
        lost = false;
        throw new EventLogError('OUTCOME_UNKNOWN', 'The connection is lost.');
      },
    });
    const execute = await serverOver(losing);
    await expect(execute(said)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });

    const again = await execute(said);

    expect(again).toMatchObject({ revision: 0, replayed: true });
    expect((await log.head()).position).toBe('1');
  });

  it('that was recorded under another id changes nothing', async () => {
    const execute = await serverOver(log);
    await execute(said);
    const writer = new LedgerWriter({ log, views: emptyViews, clock });
    const { request, context } = rebuildCommand(said, actor);

    const receipt = await writer.projections.write('read-models', request, {
      ...context,
      commandId: 'f'.repeat(32),
    });

    expect(receipt).toMatchObject({ outcome: 'unchanged', revision: 0 });
    expect((await log.head()).position).toBe('1');
  });

  it('is refused when it contradicts itself, and the next one follows on', async () => {
    const execute = await serverOver(log);
    const wrong: RebuildSaid = { ...said, position: 'the end' };

    const reason = await reasonOf(execute(wrong));

    expect(reason).toMatchObject({ kind: 'refused', refusals: [{ code: 'POSITION_INVALID' }] });
    expect((await log.head()).position).toBe('0');
    await execute(said);
    expect(await execute({ ...said, build: '4e5f6071' })).toMatchObject({ revision: 1 });
  });

  it('is no fact of a source: a file that holds one is refused whole', async () => {
    const facts = join(__dirname, '..', '..', '..', '..', 'seeds', 'guangming-2021', 'facts.json');
    const file = JSON.parse(readFileSync(facts, 'utf8'));
    const writer = new LedgerWriter({ log, views: emptyViews, clock });
    const commands = { execute: () => Promise.reject(new Error('nothing is to be written')) };
    for (const fact of [
      { fact: 'rebuild', id: 'read-models', ...said },
      { type: 'RecordRebuild', ...said },
    ]) {
      const text = JSON.stringify({ ...file, facts: [...file.facts, fact] });

      const result = await importFacts(text, { commands, writer, log, clock, actor });

      expect(result.ok ? '' : result.problems[0]?.pointer).toMatch(/^\/facts\/132(\/|$)/);
    }
    expect((await log.head()).position).toBe('0');
  });
});

/** A server's command bus; what stands in the log is all that two of them share. */
async function serverOver(
  ledger: EventLog,
  by = actor,
): Promise<(rebuild: RebuildSaid) => Promise<Receipt>> {
  const writer = new LedgerWriter({ log: ledger, views: emptyViews, clock });
  const built = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [{ provide: LedgerWriter, useValue: writer }, WriteProjectionHandler],
  }).compile();
  await built.init();
  modules.push(built);
  const bus = built.get(CommandBus);
  return (rebuild) => bus.execute(rebuildCommand(rebuild, by));
}
