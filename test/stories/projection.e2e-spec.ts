import { LedgerWriter, rebuildCommand, type RebuildSaid } from '@ledger/application';
import { openLog, readLogAddress } from '@ledger/engines';
import { logEnvironment } from '../engine-under-test.js';
import { LedgerUnderTest } from './ledger.js';

const content = { version: 1, rows: 3, hash: 'a'.repeat(64) };
const said: RebuildSaid = {
  projection: 'read-models',
  build: '0a1b2c3d',
  trigger: 'commandLine',
  position: '3',
  models: [{ name: 'activity', ...content, previous: content, verdict: 'equal' }],
};
const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };

describe('The rebuilds of the read models', () => {
  let ledger: LedgerUnderTest;
  beforeEach(async () => {
    ledger = await LedgerUnderTest.open();
    await ledger.prepareVacatedArea();
  });
  afterEach(() => ledger.remove());

  it('cannot be posted by anybody', async () => {
    const before = await ledger.head();
    const paths = await postPaths();
    expect(paths.length).toBeGreaterThan(10);
    const asked = [
      said,
      { type: 'RecordRebuild', ...said },
      { type: 'ReadModelsRebuilt', data: said },
    ];

    for (const path of [...paths, '/v1/projections', '/v1/projections/read-models']) {
      for (const body of asked) {
        const { status } = await ledger.http.post(path).send(body);
        expect({ path, refused: status >= 400 && status < 500 }).toEqual({ path, refused: true });
      }
    }

    expect(await ledger.head()).toBe(before);
  });

  it('once recorded stand in the activity, and change nothing else that is read', async () => {
    const standing = await ledger.head();
    const board = await ledger.http.get(`/v1/board?minPosition=${standing}`).expect(200);
    await ledger.stop();
    await record();
    await ledger.start();
    const minPosition = await ledger.head();

    const { body } = await ledger.http
      .get(`/v1/activity?subject=projection:read-models&minPosition=${minPosition}`)
      .expect(200);

    expect(body.items).toMatchObject([
      {
        position: minPosition,
        kind: 'readModels.rebuilt',
        subject: { kind: 'projection', id: 'read-models' },
        actor,
        data: said,
      },
    ]);
    const after = await ledger.http.get('/v1/board').expect(200);
    expect(after.body.highlights).toEqual(board.body.highlights);
    const { body: stream } = await ledger.http
      .get('/v1/events?stream=projection-read-models')
      .expect(200);
    expect(stream.items).toHaveLength(1);
  });

  /** Every documented path that takes a POST, with something that exists for what it names. */
  async function postPaths(): Promise<string[]> {
    const { body } = await ledger.http.get('/openapi.json').expect(200);
    const described: { [path: string]: object } = body.paths;
    return Object.entries(described)
      .filter(([, methods]) => 'post' in methods)
      .map(([path]) => path.replaceAll(/\{[^}]+\}/g, 'vacated-premises-handed-over-area'));
  }

  /** As the server does it, while no server runs. */
  async function record(): Promise<void> {
    const { LEDGER_LOG = 'sqlite' } = await logEnvironment(ledger.dataDir);
    const log = await openLog(readLogAddress(LEDGER_LOG, ledger.dataDir), { thread: false });
    const views = { command: () => undefined, projectedPosition: () => '0' };
    const writer = new LedgerWriter({ log, views, clock: Date.now });
    const { request, context } = rebuildCommand(said, actor);
    await writer.projections.write(request.projection, request, context);
    await log.close();
  }
});
