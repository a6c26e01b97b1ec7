import { openDatabase } from '@ledger/sqlite';
import { checkLog } from './check-log.js';
import { logFile } from './layout.js';
import { SqliteLogReader } from './sqlite-log-reader.js';
import { SqliteLogWriter } from './sqlite-log-writer.js';
import { everything, newDirectory, prepared, removeDirectory, reported } from './test-kit.js';

describe('the check of a log', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = newDirectory();
    const writer = new SqliteLogWriter(dataDir);
    writer.commit([
      prepared('metric-area', -1, [reported('第一项'), reported('第二项')]),
      prepared('unit-office', -1, [reported('第三项')]),
      prepared('metric-area', 1, [reported('第四项')]),
    ]);
    writer.close();
  });
  afterEach(() => removeDirectory(dataDir));

  /** What somebody can do who has the file and takes the triggers away. */
  function tamper(sql: string): void {
    const database = openDatabase(logFile(dataDir));
    const triggers: { name: string }[] = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.exec(sql);
    database.close();
  }

  it('finds a log sound that nobody touched', () => {
    expect(checkLog(dataDir)).toEqual({ sound: true, events: 4 });
  });

  it.each([
    ['a digit of an entry', "UPDATE events SET entry = replace(entry, '第二', '第八')", undefined],
    [
      'white space in an entry',
      "UPDATE events SET entry = entry || ' ' WHERE position = 2",
      ['2', /not the canonical text/],
    ],
    ['half an entry', 'UPDATE events SET entry = substr(entry, 1, 9)', ['1', /is not JSON/]],
    ['a removed event', 'DELETE FROM events WHERE position = 2', ['3', /events are missing/]],
    [
      'a removed last event',
      'DELETE FROM events WHERE position = 4',
      ['3', /head of stream metric/],
    ],
    [
      'two swapped entries',
      'UPDATE events SET entry = (SELECT e.entry FROM events e WHERE e.position = 3) ' +
        'WHERE position = 2',
      ['2', /column stream says metric-area, its entry unit-office/],
    ],
    [
      'a revision',
      'UPDATE events SET revision = 9 WHERE position = 4',
      ['4', /column revision says 9, its entry 2/],
    ],
    [
      'an event id',
      "UPDATE events SET event_id = x'00' WHERE position = 3",
      ['3', /column event id/],
    ],
    [
      'a time',
      'UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 3',
      ['3', /column recordedAt/],
    ],
    ['a type', "UPDATE event_types SET name = 'Other'", ['1', /column type says Other/]],
    ['a stream name', "UPDATE streams SET name = 'unit-x' WHERE id = 2", ['3', /column stream/]],
    ['a lost stream', 'DELETE FROM streams WHERE id = 2', ['3', /column stream says 0/]],
    [
      'a head',
      "UPDATE streams SET revision = 7 WHERE name = 'unit-office'",
      ['4', /head of stream unit-office says revision 7, its events 0/],
    ],
    [
      'a stream without events',
      "INSERT INTO streams(name, revision) VALUES ('unit-ghost', 0)",
      ['4', /head of stream unit-ghost says revision 0, its events none/],
    ],
  ] as const)('with %s', (_, sql, found) => {
    tamper(sql);

    const check = checkLog(dataDir);

    // An entry altered into another canonical one is forgery: the seal shows it, not this check.
    if (found === undefined) expect(check).toEqual({ sound: true, events: 4 });
    else {
      const [position, problem] = found;
      expect(check).toMatchObject({ sound: false, position });
      expect('problem' in check ? check.problem : '').toMatch(problem);
    }
  });

  it('is not needed for a reader to stop at what it cannot trust', async () => {
    const problems: string[] = [];
    for (const sql of [
      'UPDATE events SET revision = 9 WHERE position = 4',
      "UPDATE events SET entry = 'x' WHERE position = 3",
      'DELETE FROM events WHERE position = 2',
    ]) {
      tamper(sql);
      const reader = new SqliteLogReader(dataDir);
      problems.push(await everything(reader).then(() => 'sound', String));
      await reader.close();
    }

    expect(problems).toEqual([
      expect.stringMatching(/damaged: the event at position 4 stands under another/),
      expect.stringMatching(/damaged: the event at position 3 cannot be read/),
      expect.stringMatching(/damaged: in the log, 3 follows 1/),
    ]);
  });
});
