import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventLog, type EventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { around, clock, context, emptyViews, registerUnit } from './fixtures.js';
import { LedgerWriter } from './ledger-writer.js';
import { RememberedCommands } from './remembered-commands.js';

const names = Array.from({ length: 30 }, (_, index) => `unit${index}`);

let folder: string;
let log: MemoryEventLog;
/** How many events were read of the whole log. */
let read: number;
let counting: EventLog;
/** Views by the number of events that they have taken in, over a log of thirty. */
let viewsAt: { 0: Views; 10: Views; 25: Views };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-remembered-'));
  log = new MemoryEventLog({ clock });
  const empty = await projected('0');
  await create(names.slice(0, 10));
  const ten = await projected('10');
  await create(names.slice(10, 25));
  viewsAt = { 0: empty, 10: ten, 25: await projected('25') };
  await create(names.slice(25));
  read = 0;
  counting = around(log, {
    readAll: async (options) => {
      const events = await log.readAll(options);
      read += events.length;
      return events;
    },
  });
});
afterEach(() => {
  for (const views of Object.values(viewsAt)) views.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a search for a command of another process', () => {
  it('reads each event beyond the views once, however often it is asked', async () => {
    const commands = new RememberedCommands(counting, viewsAt[10]);

    const found = await Promise.all(names.map((name) => commands.search(context(name))));
    await commands.search(context('never'));

    expect(found.map((taken) => taken?.stream)).toEqual(names.map((name) => `unit-${name}`));
    expect(read).toBe(20);
  });

  it('sees what was written after the search before it began', async () => {
    const commands = new RememberedCommands(counting, viewsAt[0]);
    const before = commands.search(context('late'));
    await create(['late']);

    expect(await commands.search(context('late'))).toMatchObject({ stream: 'unit-late' });
    await before;
  });

  it('goes back where older views come into force', async () => {
    let inForce = viewsAt[25];
    const commands = new RememberedCommands(counting, {
      command: (commandId) => inForce.command(commandId),
      projectedPosition: () => inForce.projectedPosition(),
    });
    await commands.search(context('never'));
    inForce = viewsAt[10];

    expect(await commands.search(context('unit12'))).toMatchObject({ stream: 'unit-unit12' });
  });

  it('is given up where the views are too far behind, and goes on when asked again', async () => {
    const commands = new RememberedCommands(counting, viewsAt[0], { page: 5, pages: 4 });

    const search = () => commands.search(context('unit29'));

    await expect(search()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await search()).toMatchObject({ stream: 'unit-unit29' });
    expect(read).toBe(30);
  });

  it('is not made for a command without a key', async () => {
    const commands = new RememberedCommands(counting, viewsAt[0]);

    expect(await commands.search({ ...context('never'), unkeyed: true })).toBeUndefined();
    expect(read).toBe(0);
  });
});

async function create(units: string[]): Promise<void> {
  const writer = new LedgerWriter({ log, views: emptyViews, clock });
  for (const unit of units) await writer.units.write(unit, registerUnit(unit), context(unit));
}

/** Views of their own, that have taken in what the log holds now. */
async function projected(name: string): Promise<Views> {
  const viewsFile = join(folder, name, 'views.db');
  await new Projector({ log, viewsFile }).catchUp();
  return openViews(viewsFile);
}
