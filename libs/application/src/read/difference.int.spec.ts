import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { GetDifference, GetDifferenceHandler } from './difference.js';

const UNITS = 1_200;

describe('a comparison of two moments with very much between them', () => {
  let folder: string;
  let views: Views;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-difference-'));
    const log = new MemoryEventLog({ clock: () => Date.parse('2026-11-24T10:00:00.000Z') });
    for (let count = 0; count < UNITS; count += 1) await register(log, `office-${count}`);
    const viewsFile = join(folder, 'views.db');
    await new Projector({ log, viewsFile }).catchUp();
    views = openViews(viewsFile);
  });
  afterAll(() => {
    views.close();
    rmSync(folder, { recursive: true });
  });

  const register = async (log: MemoryEventLog, unit: string): Promise<void> => {
    await log.append(`unit-${unit}`, 'none', [
      {
        id: randomUUID(),
        type: 'UnitRegistered',
        data: { unit, names: { zh: '区改革办', en: 'Reform Office' }, level: 'district' },
        metadata: {
          schema: 1,
          actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
          correlationId: 'test',
          commandId: randomUUID(),
          commandHash: '0'.repeat(64),
        },
      },
    ]);
  };
  const page = (after?: string) =>
    new GetDifferenceHandler(views).execute(
      new GetDifference({
        from: '0',
        to: String(UNITS),
        limit: 1_000,
        ...(after !== undefined && { after }),
      }),
    );

  it('fills its page, and goes on to the end', async () => {
    const first = await page();
    const second = await page(first.next ?? '');

    const ids = [...first.items, ...second.items].map((item) => {
      return item.kind === 'definition' ? item.subject.id : item.kind;
    });
    expect(first.items).toHaveLength(1_000);
    expect(second.items).toHaveLength(UNITS - 1_000);
    expect(second.next).toBeNull();
    expect(new Set(ids).size).toBe(UNITS);
    expect([...ids].sort()).toEqual(ids);
  });

  it('lets others have their turn between its pieces', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };

    setImmediate(count);
    await page();
    isDone = true;

    expect(turns).toBeGreaterThan(10);
  });
});
