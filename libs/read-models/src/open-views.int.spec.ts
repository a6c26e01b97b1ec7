import { rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sqliteErrorCode } from '@ledger/sqlite';
import { Ledger, signed, vacated, Workspace } from './fixtures.js';
import { openViews } from './open-views.js';

describe('views that are open', () => {
  let place: Workspace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = new Workspace();
    ledger = new Ledger();
    await ledger.say(vacated);
  });
  afterEach(() => place.remove());

  it('answer on while those in force cannot be opened, and go over to the next that can', async () => {
    const views = await place.viewsOf(ledger);
    const board = views.board({ knownAt: '1' });
    const damaged = `${place.viewsFile}.0badcafe`;
    writeFileSync(damaged, 'this is no database, '.repeat(1_000));
    writeFileSync(place.viewsFile, `views in ${basename(damaged)}\n`);
    let code: number | undefined;
    try {
      openViews(place.viewsFile).close();
    } catch (error) {
      code = sqliteErrorCode(error);
    }

    expect(code).toBe(26);
    expect(views.projectedPosition()).toBe('1');
    expect(views.changesAfter('0', 9)).toHaveLength(1);
    expect(views.board({ knownAt: '1' })).toEqual(board);

    rmSync(damaged);
    await ledger.say(signed);
    await place.rebuild(ledger);
    expect(views.projectedPosition()).toBe('2');
  });
});
