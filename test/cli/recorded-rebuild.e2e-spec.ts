import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carriedPath } from '../../apps/api/src/files.js';
import { LedgerWriter, rebuildCommand, type RebuildSaid } from '@ledger/application';
import { openLog, type LogAddress } from '@ledger/engines';
import { essence, eventsOf } from './history.js';
import { runLedger } from './run-ledger.js';

// A ledger in whose log the rebuild of its read models stands, beside the article's facts.

const content = { version: 1, rows: 283, hash: 'a'.repeat(64) };
const said: RebuildSaid = {
  projection: 'read-models',
  build: '0a1b2c3d',
  trigger: 'boot',
  position: '283',
  models: [
    { name: 'activity', ...content, previous: content, verdict: 'equal' },
    {
      name: 'catalogue',
      ...content,
      version: 2,
      rows: 90,
      previous: content,
      verdict: 'explained',
    },
  ],
  explanation: { zh: '目录改版', en: 'The catalogue changed its form' },
};

let folder: string;
let source: LogAddress;
const sqlite = (name: string): LogAddress => ({ engine: 'sqlite', dataDir: join(folder, name) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-rebuild-'));
  source = sqlite('data');
  const facts = carriedPath('seeds', 'guangming-2021', 'facts.json');
  expect(runLedger(['import', facts, '--data', join(folder, 'data')])).toMatchObject({ status: 0 });
  const log = await openLog(source, { thread: false });
  const views = { command: () => undefined, projectedPosition: () => '0' };
  const writer = new LedgerWriter({ log, views, clock: Date.now });
  const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };
  const { request, context } = rebuildCommand(said, actor);
  await writer.projections.write(request.projection, request, context);
  await log.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('ledger replay tells the rebuild in words', () => {
  const stream = ['--stream', 'projection-read-models', '--lang', 'zh'];
  const { status, stdout } = runLedger(['replay', '--data', join(folder, 'data'), ...stream]);

  expect(status).toBe(0);
  expect(stdout).toMatch(/^#284 .* projection-read-models @0 {2}ReadModelsRebuilt/);
  expect(stdout).toContain('1 个视图与原有一致，catalogue 不同，说明为“目录改版”。');
  expect(stdout).toContain('→ 视图重建 1 次，最近一次为构建 0a1b2c3d（位置 283）。');
});

it('ledger copy takes the rebuild along, byte for byte', async () => {
  const addresses = ['data', 'copied'].map((name) => `sqlite:${join(folder, name)}`);
  const [from = '', to = ''] = addresses;

  const { status, stdout } = runLedger(['copy', '--from', from, '--to', to]);

  expect(status).toBe(0);
  expect(stdout).toContain('284 events, 284 written now');
  expect(essence(await eventsOf(sqlite('copied')))).toEqual(essence(await eventsOf(source)));
});

it('ledger backup and restore bring the rebuild back', async () => {
  const directory = join(folder, 'backup');
  const to = `sqlite:${join(folder, 'restored')}`;

  expect(runLedger(['backup', directory, '--data', join(folder, 'data')])).toMatchObject({
    status: 0,
  });
  expect(runLedger(['restore', directory, '--to', to])).toMatchObject({ status: 0 });

  expect(essence(await eventsOf(sqlite('restored')))).toEqual(essence(await eventsOf(source)));
});
