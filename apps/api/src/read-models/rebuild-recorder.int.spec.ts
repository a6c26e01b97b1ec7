import { Logger } from '@nestjs/common';
import {
  LedgerWriter,
  type RebuildSaid,
  type Receipt,
  type WriteProjection,
} from '@ledger/application';
import { EventLogError, MemoryEventLog } from '@ledger/event-log';
import { RebuildRecorder } from './rebuild-recorder.js';

const content = { version: 1, rows: 3, hash: 'a'.repeat(64) };
const said = (build: string, more: Partial<RebuildSaid> = {}): RebuildSaid => ({
  projection: 'read-models',
  build,
  trigger: 'operation',
  position: '3',
  models: [{ name: 'activity', ...content, previous: content, verdict: 'equal' }],
  ...more,
});
const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };

describe('recording rebuilds', () => {
  const logged: string[] = [];
  let log: MemoryEventLog;
  let away: boolean;
  let recorded: string[];

  beforeAll(() => {
    Logger.overrideLogger({
      log: () => {},
      warn: (text: string) => logged.push(text),
      error: (text: string) => logged.push(text),
    });
  });
  afterAll(() => Logger.overrideLogger(['error', 'warn']));
  beforeEach(() => {
    logged.length = 0;
    log = new MemoryEventLog();
    away = false;
    recorded = [];
  });

  const recorder = (): RebuildRecorder => {
    const views = { command: () => undefined, projectedPosition: () => '0' };
    const writer = new LedgerWriter({ log, views, clock: Date.now });
    const execute = ({ request, context }: WriteProjection): Promise<Receipt> => {
      if (away) return Promise.reject(new EventLogError('UNAVAILABLE', 'The log is away.'));
      return writer.projections.write(request.projection, request, context);
    };
    return new RebuildRecorder({
      commands: { execute },
      actor,
      onRecorded: (build) => recorded.push(build),
    });
  };
  const builds = async (): Promise<unknown[]> => {
    const events = await log.readStream('projection-read-models', { limit: 100 });
    return events.map(({ data }) => data['build']);
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('records each build once, however often it is asked and by whomever', async () => {
    const [first, second] = [recorder(), recorder()];
    for (const one of [first, second, first]) one.record(said('0a1b2c3d'));
    await until(() => recorded.length === 2);
    second.record(said('0a1b2c3d'));
    await Promise.all([first.close(), second.close()]);

    expect(await builds()).toEqual(['0a1b2c3d']);
  });

  it('tries again while the log is away, and leaves no build out', async () => {
    const one = recorder();
    away = true;
    one.record(said('00000001'));
    one.record(said('00000002'));
    await until(() => logged.length > 0);
    expect(recorded).toEqual([]);
    away = false;
    await until(() => recorded.length === 2);
    await one.close();

    expect(await builds()).toEqual(['00000001', '00000002']);
    expect(logged).toEqual([expect.stringContaining('The log is away.')]);
  });

  it('says what the ledger does not take, and asks no more', async () => {
    const one = recorder();
    one.record(said('not a build'));
    one.record(said('00000003'));
    await until(() => recorded.length === 1);
    await one.close();

    expect(recorded).toEqual(['00000003']);
    expect(logged).toEqual([expect.stringContaining('8 hexadecimal digits')]);
  });

  it('ends at once while it waits to try again', async () => {
    const one = recorder();
    away = true;
    one.record(said('00000004'));
    await until(() => logged.length > 0);

    await one.close();

    expect(recorded).toEqual([]);
  });
});
