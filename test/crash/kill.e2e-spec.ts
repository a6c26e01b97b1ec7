import { checkSeen, LedgerRecord, type Entry } from './checks.js';
import { freshSeed } from './random.js';
import { count, runCrashRounds, WRITERS } from './rounds.js';
import { killServers } from './servers.js';

const seed = Number(process.env['CRASH_SEED'] ?? freshSeed());
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 3);

describe(`a server that is killed while ${WRITERS} clients post`, () => {
  afterAll(killServers);

  it('loses, doubles and skips nothing, and its views are those of the log', async () => {
    console.log(`CRASH_SEED=${seed} CRASH_ROUNDS=${rounds}`);
    const lines: string[] = [];

    const totals = await runCrashRounds({
      rounds,
      seed,
      log: 'sqlite',
      say: (line) => lines.push(line),
    });

    console.log(lines.join('\n'));
    expect(totals.problems).toEqual([]);
    expect(totals.rounds).toBe(rounds);
    expect(totals.views).toBeGreaterThan(0);
    expect(totals.acknowledged).toBeGreaterThan(WRITERS);
  }, 600_000);
});

describe('the checks of the crash test', () => {
  const entry = (sequence: number, id = `event-${sequence}`): Entry => ({
    id,
    position: String(sequence + 1),
    sequence,
    type: 'UnitRegistered',
    stream: `unit-${id}`,
    revision: 0,
    data: {},
    metadata: { recordedAt: '2021-08-26T03:02:00.000Z', commandId: id },
    digest: id,
  });
  const log = [entry(0), entry(1), entry(2)];
  let record: LedgerRecord;
  beforeEach(() => {
    record = new LedgerRecord();
    expect(record.take(log)).toEqual([]);
  });

  it('find an acknowledged write that the log lacks', () => {
    const post = { key: 'k', path: '/', body: '', content: 'unit-event-3 UnitRegistered' };

    expect(
      count(record.holds([{ post, eventId: 'event-3', position: '4', replayed: false }]), 'lost'),
    ).toBe(1);
  });

  it('find what is there twice, by its id and by its content', () => {
    const sameId = { ...entry(3, 'event-1'), stream: 'unit-another' };
    const sameContent = { ...entry(4), stream: 'unit-event-2', revision: 1 };

    expect(count(record.take([sameId, sameContent]), 'doubled')).toBe(2);
  });

  it('find what has gone since, and what is not as it was', () => {
    expect(count(record.compare(log.slice(0, 2)), 'lost')).toBe(1);
    expect(record.compare([log[0] ?? entry(0), { ...entry(1), digest: 'x' }, entry(2)])).toEqual([
      expect.objectContaining({ what: expect.stringContaining('is not as it was') }),
    ]);
    expect(record.compare(log)).toEqual([]);
  });

  it('find what a follower did not see, saw twice, or saw in another order', () => {
    const due = record.changesFrom(0);
    const [first, second, third] = due;
    const seen = (...changes: (typeof first)[]) => changes.flatMap((one) => one ?? []);

    expect(count(checkSeen('f', seen(first, third), due), 'skipped')).toBe(1);
    expect(count(checkSeen('f', seen(first, second, second, third), due), 'doubled')).toBe(1);
    expect(count(checkSeen('f', seen(second, first, third), due), 'other')).toBe(1);
    expect(checkSeen('f', due, due)).toEqual([]);
  });
});
