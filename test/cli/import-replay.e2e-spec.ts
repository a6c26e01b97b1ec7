import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carriedPath } from '../../apps/api/src/files.js';
import { startServer } from '../server.js';
import { lines, runLedger, type Ran } from './run-ledger.js';

const seed = carriedPath('seeds', 'guangming-2021', 'facts.json');
let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-cli-'));
  dataDir = join(folder, 'data');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('ledger import', () => {
  it('records the facts once, however often it is called', () => {
    expect(ledger('import', seed)).toMatchObject({
      status: 0,
      stdout: '132 facts: 283 writes recorded, 0 unchanged, 0 recorded before\n',
    });
    expect(ledger('import', seed, '--lang', 'zh').stdout).toBe(
      '132 条事实：新入账 0 笔，内容相同 0 笔，此前已入账 283 笔\n',
    );
  });

  it('refuses a malformed file whole, naming line and field, and records nothing', () => {
    const bad = join(folder, 'bad.json');
    const text = readFileSync(seed, 'utf8');
    writeFileSync(bad, text.replace('"printed": "68.1万平方米"', '"printed": "68.1万吨"'));
    const line = text.slice(0, text.indexOf('"printed": "68.1万平方米"')).split('\n').length;

    const { status, stderr } = ledger('import', bad);

    expect(status).toBe(1);
    expect(stderr).toContain(`${bad}:${line}:`);
    expect(stderr).toContain('/facts/30/observations/0/value/quantity/printed');
    expect(stderr).toContain('UNIT_OF_OTHER_DIMENSION');
    expect(ledger('replay').stdout).toBe('');
  });

  it('stops with one sentence while a server holds the ledger', async () => {
    const server = await startServer({ dataDir });
    try {
      const { status, stderr } = ledger('import', seed);
      expect(status).toBe(1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/in use by another server/);
    } finally {
      await server.end('SIGTERM');
    }
  });
});

describe('ledger replay', () => {
  beforeEach(() => ledger('import', seed));

  it('prints each event of a stream in words, and the state it led to', () => {
    const { stdout } = ledger('replay', '--stream', 'metric-disputes-resolved', '--lang', 'zh');
    expect(stdout).toMatch(/^#210 .* metric-disputes-resolved @0 {2}MetricDefined/);
    expect(stdout).toContain('→ 2021-01-01 至 2021-06-30：9985宗');
  });

  it('stops at a position, and at a time', () => {
    expect(lines(ledger('replay', '--until', '3', '--json').stdout)).toHaveLength(3);
    expect(ledger('replay', '--until', '2020-01-01').stdout).toBe('');
    expect(lines(ledger('replay', '--until', '2100-01-01', '--json').stdout)).toHaveLength(283);
  });

  it('gives programs one JSON object a line', () => {
    const [first] = lines(ledger('replay', '--json', '--stream', 'unit-guangming-district').stdout);
    expect(JSON.parse(first ?? '')).toMatchObject({
      position: '1',
      sequence: 0,
      type: 'UnitRegistered',
      data: { unit: 'guangming-district' },
    });
  });

  it('says what is wrong with its arguments, and with a stream that is not there', () => {
    expect(ledger('replay', '--until', 'yesterday')).toMatchObject({ status: 2 });
    expect(ledger('replay', '--stream', 'metric-none')).toMatchObject({ status: 1 });
    expect(ledger('replay', '--frobnicate')).toMatchObject({ status: 2 });
    expect(ledger('frobnicate')).toMatchObject({ status: 2 });
  });

  it('reads the log that --log names, before the one of LEDGER_LOG', () => {
    const elsewhere = ['replay', '--json', '--data', join(folder, 'nowhere')];
    const log = `sqlite:${dataDir}`;
    expect(lines(runLedger([...elsewhere, '--log', log]).stdout)).toHaveLength(283);
    expect(lines(runLedger(elsewhere, { LEDGER_LOG: log }).stdout)).toHaveLength(283);
    const overridden = runLedger([...elsewhere, '--log', 'sqlite'], { LEDGER_LOG: log });
    expect(overridden).toMatchObject({ status: 1, stdout: '' });
  });
});

function ledger(...args: string[]): Ran {
  return runLedger(['--data', dataDir, ...args]);
}
