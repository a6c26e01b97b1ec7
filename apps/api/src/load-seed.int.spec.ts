import 'reflect-metadata';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { ApplicationModule, importFacts, LedgerWriter } from '@ledger/application';
import { MemoryEventLog } from '@ledger/event-log';
import { openViews, Projector, type Views } from '@ledger/read-models';
import { readConfig } from './config.js';
import { carriedPath } from './files.js';
import { loadSeed } from './load-seed.js';

const carried = readFileSync(carriedPath('seeds', 'guangming-2021', 'facts.json'), 'utf8');

/** The application over a log in memory, as a server has it when it looks for its data set. */
class Started {
  readonly said: string[] = [];

  private constructor(
    readonly app: INestApplicationContext,
    readonly log: MemoryEventLog,
    private readonly views: Views,
    private readonly clock: () => number,
    private readonly folder: string,
  ) {}

  static async at(now: string): Promise<Started> {
    const clock = () => Date.parse(now);
    const log = new MemoryEventLog({ clock });
    const folder = mkdtempSync(join(tmpdir(), 'ledger-seed-'));
    const viewsFile = join(folder, 'views.db');
    await new Projector({ log, viewsFile }).catchUp();
    const views = openViews(viewsFile);
    const module = ApplicationModule.register({ log, views, clock });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    return new Started(app, log, views, clock, folder);
  }

  get config() {
    return readConfig({ LEDGER_DATA: this.folder, LEDGER_SEED: 'guangming-2021' });
  }

  load(): Promise<number> {
    return loadSeed(this.app, this.config, (notice) => this.said.push(notice));
  }

  import(text: string) {
    const { app, log, clock, config } = this;
    const [commands, writer] = [app.get(CommandBus), app.get(LedgerWriter)];
    return importFacts(text, { commands, writer, log, clock, actor: config.actor });
  }

  async close(): Promise<void> {
    await this.app.close();
    this.views.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe('the data set that the server carries', () => {
  let started: Started;
  afterEach(() => started.close());

  it('is left as it was recorded where the carried one differs by now, and the server starts', async () => {
    started = await Started.at('2026-11-24T08:00:00Z');
    const edited = carried.replace('"printed": "9985宗"', '"printed": "9984宗"');
    const older = edited.replace('"amount": "9985"', '"amount": "9984"');
    expect(await started.import(older)).toMatchObject({ ok: true });
    const { position } = await started.log.head();

    const recorded = await started.load();

    expect(recorded).toBe(0);
    expect((await started.log.head()).position).toBe(position);
    expect(started.said).toEqual([expect.stringMatching(/FACT_CHANGED_SINCE_IMPORT/)]);
    expect(started.said[0]).toMatch(/stays as it is/);
  });

  it('stops the start where an empty ledger refuses it', async () => {
    started = await Started.at('2020-01-01T00:00:00Z');

    await expect(started.load()).rejects.toMatchObject({
      code: 'SEED_REFUSED',
      message: expect.stringContaining('TIME_IN_FUTURE'),
    });
    expect((await started.log.head()).position).toBe('0');
    expect(started.said).toEqual([]);
  });

  it('is loaded into an empty ledger without a word', async () => {
    started = await Started.at('2026-11-24T08:00:00Z');

    expect(await started.load()).toBeGreaterThan(132);
    expect(await started.load()).toBe(0);
    expect(started.said).toEqual([]);
  });
});
