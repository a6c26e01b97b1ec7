import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ledger/sqlite';
import { generator } from '../crash/random.js';
import { writeHistory } from './history.js';
import { contentsOf, runLedger } from './run-ledger.js';

let folder: string;
const at = (...path: string[]): string => join(folder, ...path);
const NOWHERE = 'esdb://127.0.0.1:1?tls=false';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-bad-input-'));
  await writeHistory(
    { engine: 'sqlite', dataDir: at('ledger') },
    { events: 5, random: generator(1) },
  );
  // Read once, so that SQLite's own companions stand beside the log from the start.
  runLedger(['copy', '--from', `sqlite:${at('ledger')}`, '--to', `sqlite:${at('other')}`]);
  await writeHistory(
    { engine: 'sqlite', dataDir: at('other') },
    { events: 3, random: generator(2) },
  );
  runLedger(['replay', '--data', at('other')]);
  writeFileSync(at('a-file'), 'not a directory');
  const database = openDatabase(at('foreign.db'));
  database.exec('CREATE TABLE letters(text)');
  database.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Arguments with `@` for the folder, the exit code, and words of the one sentence. */
const mistakes: [string, string, number, string][] = [
  ['an unknown command', 'frobnicate', 2, 'is no command of ledger'],
  ['an unknown option', 'doctor --frob', 2, 'There is no option --frob'],
  ['an option of another command', 'doctor --to sqlite', 2, '--to is no option of doctor'],
  ['an option without its value', 'copy --from', 2, '--from'],
  ['an operand too many', 'backup a b', 2, 'is one thing too many for backup'],
  ['no directory for a backup', 'backup', 2, 'DIR is missing'],
  ['no file for an import', 'import', 2, 'FILE is missing'],
  ['no --from', 'copy --to sqlite:@/new', 2, '--from ADDRESS --to ADDRESS'],
  ['no --to', 'copy --from sqlite:@/ledger', 2, '--from ADDRESS --to ADDRESS'],
  ['no --to for a restore', 'restore @/ledger', 2, 'restore DIR --to ADDRESS'],
  ['a timeout that is none', 'doctor --timeout soon', 2, '--timeout takes seconds'],
  ['a bare path as an address', 'copy --from @/ledger --to sqlite:@/new', 2, 'sqlite:DIRECTORY'],
  ['an empty address', 'copy --from sqlite: --to sqlite:@/new', 2, 'is no address of a log'],
  ['an unknown scheme', 'replay --log https://h:2113', 2, 'write esdb://'],
  ['an unknown setting', 'replay --log esdb://h:2113?tls=false&foo=1', 2, 'is no setting'],
  ['TLS without a user', 'replay --log esdb://h:2113', 2, 'names no user'],
  ['a password that is not used', 'replay --log esdb://u:geheim@h?tls=false', 2, 'never be sent'],
  [
    'the same place twice',
    'copy --from sqlite:@/ledger --to sqlite:@/x/../ledger',
    1,
    'same place',
  ],
  ['a source that is not there', 'copy --from sqlite:@/no --to sqlite:@/new', 1, 'no ledger in'],
  ['a source that is a file', 'copy --from sqlite:@/a-file --to sqlite:@/new', 1, 'no ledger in'],
  ['a source without a ledger', 'backup @/new --data @', 1, 'no ledger in'],
  ['a host that is not there', `copy --from ${NOWHERE} --to sqlite:@/new`, 1, 'does not answer'],
  ['a target host not there', `copy --from sqlite:@/ledger --to ${NOWHERE}`, 1, 'does not answer'],
  ['a backup from nowhere', `backup @/new --log ${NOWHERE}`, 1, 'does not answer'],
  ['a replay from nowhere', `replay --log ${NOWHERE}`, 1, 'does not answer'],
  [
    'a target that is longer',
    'copy --from sqlite:@/ledger --to sqlite:@/other',
    1,
    '(from position 6',
  ],
  [
    'a target below a file',
    'copy --from sqlite:@/ledger --to sqlite:@/a-file/x',
    1,
    'cannot be made',
  ],
  ['a backup below a file', 'backup @/a-file/x --data @/ledger', 1, 'choose another one'],
  ['a backup into a ledger', 'backup @/other --data @/ledger', 1, 'neither empty nor a backup'],
  ['a backup into its source', 'backup @/ledger --data @/ledger', 1, 'neither empty nor a backup'],
  [
    'a restore from a ledger',
    'restore @/ledger --to sqlite:@/new',
    1,
    'neither empty nor a backup',
  ],
  ['a restore from nothing', 'restore @/no --to sqlite:@/new', 1, 'There is no backup in'],
  ['an unknown stream', 'replay --stream metric-none --data @/ledger', 1, 'has no stream'],
];

describe('what cannot be done is said in one sentence, and leaves no trace', () => {
  it.each(mistakes)('%s', (_, command, status, said) => {
    const before = contentsOf(folder);
    const ran = runLedger(
      command.split(' ').map((part) => part.replaceAll('@/', `${folder}/`).replace(/^@$/, folder)),
    );
    expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status, stdout: '' });
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).not.toContain('geheim');
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(contentsOf(folder)).toEqual(before);
  });

  it('the environment is read as carefully', () => {
    const { status, stderr } = runLedger(['replay'], { LEDGER_LOG: 'mysql://x' });
    expect(status).toBe(2);
    expect(stderr).toContain('write esdb://');
  });

  it('it is said in Chinese to who reads Chinese', () => {
    const command = ['restore', at('no'), '--to', `sqlite:${at('new')}`, '--lang', 'zh'];
    expect(runLedger(command).stderr).toBe(`${at('no')} 里没有备份；请检查目录。\n`);
  });

  it('help is no mistake', () => {
    for (const command of [[], ['help'], ['copy', '--help']]) {
      const { status, stdout } = runLedger(command);
      expect(status).toBe(0);
      expect(stdout).toContain('usage: npm run ledger');
    }
  });
});

describe('a host that takes connections and never answers', () => {
  let silent: Server;
  let address: string;

  beforeAll(async () => {
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const bound = silent.address();
    address = `esdb://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}?tls=false`;
  });

  afterAll(() => silent.close());

  it('is a finding of the doctor after its time', () => {
    const command = ['doctor', '--json', '--log', address, '--data', at('new'), '--timeout', '3'];
    const { status, stdout } = runLedger(command);
    // Ended by its bound: without it this would wait for as long as the run may take.
    expect(status).toBe(15);
    expect(stdout).toContain('"check":"engine","state":"problem"');
    expect(contentsOf(at('new'))).toEqual({});
  });
});
