import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { MemoryEventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { LiveFeed } from '../live/live-feed.js';
import { type ReadPointRequest, ResolveReadPoint, ResolveReadPointHandler } from './read-point.js';

const at = (time: string): number => Date.parse(`2026-11-24T${time}:00.000Z`);

describe('a read point', () => {
  let folder: string;
  let now: number;
  let log: MemoryEventLog;
  let projector: Projector;
  let views: Views;
  let feed: LiveFeed;
  let handler: ResolveReadPointHandler;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-read-point-'));
    now = at('10:00');
    log = new MemoryEventLog({ clock: () => now });
    const viewsFile = join(folder, 'views.db');
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [LiveFeed],
    }).compile();
    feed = module.get(LiveFeed);
    projector = new Projector({ log, viewsFile, onBatch: (batch) => feed.publish(batch) });
    await projector.catchUp();
    views = openViews(viewsFile);
    handler = new ResolveReadPointHandler(views, log, () => now, feed);
  });
  afterEach(() => {
    views.close();
    rmSync(folder, { recursive: true });
  });

  const pointOf = (request: ReadPointRequest) => handler.execute(new ResolveReadPoint(request));
  const register = async (unit: string): Promise<void> => {
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

  describe('at a time', () => {
    const half = { knownAt: '2026-11-24T10:30:00Z' };

    it('is settled only when the log holds something later, whatever the clock says', async () => {
      await register('a');
      await projector.catchUp();
      now = at('10:31');
      const before = await pointOf(half);
      // The clock is set back: what is recorded now still falls before the time asked for.
      now = at('10:10');
      await register('b');
      await projector.catchUp();
      now = at('10:32');
      const meanwhile = await pointOf(half);
      await register('c');
      await projector.catchUp();
      const after = await pointOf(half);

      expect([before, meanwhile, after]).toMatchObject([
        { knownAt: '1', immutable: false },
        { knownAt: '2', immutable: false },
        { knownAt: '2', immutable: true },
      ]);
    });

    it('is not settled where the last event bears that very time, nor in an empty log', async () => {
      const first = { knownAt: '2026-11-24T10:00:00Z' };
      expect(await pointOf(first)).toMatchObject({ knownAt: '0', immutable: false });
      await register('a');
      await projector.catchUp();

      expect(await pointOf(first)).toMatchObject({ knownAt: '1', immutable: false });
    });

    it('may be one that another process stamped ahead of this clock, but none after it', async () => {
      now = at('10:02');
      await register('a');
      await projector.catchUp();
      now = at('10:00');

      expect(await pointOf({ knownAt: '2026-11-24T10:02:00Z' })).toMatchObject({ knownAt: '1' });
      await expect(pointOf({ knownAt: '2026-11-24T10:03:00Z' })).rejects.toMatchObject({
        code: 'KNOWN_AT_IN_FUTURE',
      });
    });
  });

  describe('at a position', () => {
    it('waits for one that another process gave out before this one has heard of it', async () => {
      const waiting = pointOf({ knownAt: '1' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await register('a');
      await projector.catchUp();

      expect(await waiting).toEqual({
        knownAt: '1',
        projected: '1',
        immutable: true,
        stale: false,
      });
    });

    it('is refused when the log does not reach it, and when the views do not', async () => {
      await register('a');

      const [beyond, behind] = await Promise.allSettled([
        pointOf({ knownAt: '2' }),
        pointOf({ knownAt: '1' }),
      ]);

      expect(beyond).toMatchObject({ reason: { code: 'KNOWN_AT_BEYOND_HEAD' } });
      expect(behind).toMatchObject({ reason: { code: 'PROJECTION_BEHIND' } });
    });
  });

  it('looks at the views again before it gives up waiting', async () => {
    await register('a');
    const asked = [pointOf({ minPosition: '1' }), pointOf({ knownAt: '1' })];
    // The views get there without a word to the feed, as when somebody else built them.
    await new Projector({ log, viewsFile: join(folder, 'views.db') }).catchUp();

    expect(await Promise.all(asked)).toMatchObject([
      { knownAt: '1', projected: '1', stale: false },
      { knownAt: '1', projected: '1', stale: false },
    ]);
  });
});
