import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Table from 'cli-table3';
import type { LogAddress } from '@ledger/engines';
import type { Head } from '@ledger/event-log';
import { viewsFileIn } from '@ledger/read-models';
import { readAddress, UsageError, type Invocation } from '../arguments.js';
import { exitCodeOf, note, problem, type Check, type Finding } from './finding.js';
import { clockFinding } from './log-looks.js';
import { LookRunner } from './look-runner.js';
import type { Looked, LookName, Question } from './looks.js';
import { nodeFinding } from './machine-looks.js';

const DEFAULT_TIMEOUT_SECONDS = 10;
/** A walk through the log or the views takes longer the longer they are; some ten times of it. */
const WALK_MS_AN_EVENT = 0.2;

/** Looks at everything a ledger rests on; changes nothing, and always comes to an end. */
export async function doctor(invocation: Invocation): Promise<number> {
  const address = readAddress(invocation.log, invocation);
  const timeoutMs = readTimeout(invocation.timeout);
  const before = companionsIn(address.dataDir);
  const examination = new Examination(address, timeoutMs);
  let findings: Finding[];
  try {
    findings = await examine(examination);
    await examination.tidy(before);
  } finally {
    examination.end();
  }
  if (invocation.json) {
    for (const finding of findings) console.log(JSON.stringify(finding));
  } else {
    console.log(asTable(findings, invocation));
  }
  return exitCodeOf(findings);
}

function readTimeout(text: string | undefined): number {
  const seconds = Number(text ?? DEFAULT_TIMEOUT_SECONDS);
  if (Number.isFinite(seconds) && seconds >= 0.1 && seconds <= 86_400) return seconds * 1_000;
  throw new UsageError(`--timeout takes seconds from 0.1 to 86400, not "${text}".`);
}

async function examine(examination: Examination): Promise<Finding[]> {
  const { address } = examination;
  const directory = await examination.look('directory', 'directory');
  const findings = [nodeFinding(), ...directory.findings];
  const isMissing = directory.findings.some(({ state }) => state !== 'ok');
  if (isMissing && address.engine === 'sqlite') return findings;
  if (!isMissing) {
    findings.push(...(await examination.look('space', 'space')).findings);
    findings.push(...(await examination.look('lock', 'lock')).findings);
  }
  const end = address.engine === 'sqlite' ? 'log' : 'engine';
  const { head, findings: found } = await examination.look('head', end);
  findings.push(...found);
  if (head === undefined) return [...findings, ...notLookedAt(findings)];
  if (address.engine === 'sqlite') {
    findings.push(...(await examination.look('settings', 'settings')).findings);
  }
  findings.push(...(await examination.look('log', 'log', head)).findings);
  findings.push(clockFinding(head.recordedAt));
  findings.push(...(await examination.look('views', 'views', head)).findings);
  if (address.engine === 'sqlite') {
    findings.push(...(await examination.look('backup', 'backup', head)).findings);
  }
  return findings;
}

/** What rests on a log that cannot be read is named all the same, so that nothing seems fine. */
function notLookedAt(findings: Finding[]): Finding[] {
  if (!findings.some(({ check, state }) => check !== 'node' && state === 'problem')) return [];
  const seen = new Set(findings.map(({ check }) => check));
  const others: Check[] = ['log', 'clock', 'views'];
  return others
    .filter((check) => !seen.has(check))
    .map((check) => note(check, '未检查：账本读不到', 'Not looked at: the ledger cannot be read'));
}

/** The looks at one ledger, each with its bound. */
class Examination {
  readonly #runner = new LookRunner();
  readonly #scratch = mkdtempSync(join(tmpdir(), 'ledger-doctor-'));

  constructor(
    readonly address: LogAddress,
    private readonly timeoutMs: number,
  ) {}

  /** With `head` the look walks through all that is before it. A failed look is a finding too. */
  async look(name: LookName, check: Check, head?: Head): Promise<Looked> {
    const walkMs = head === undefined ? 0 : (head.sequence + 1) * WALK_MS_AN_EVENT;
    const boundMs = this.timeoutMs + walkMs;
    const { address } = this;
    const question: Question = { address, scratch: this.#scratch, ...(head && { head }) };
    const outcome = await this.#runner.ask(name, question, boundMs);
    if (outcome !== 'silent' && 'looked' in outcome) return outcome.looked;
    const seconds = Math.ceil(boundMs / 1_000);
    return {
      findings: [
        outcome === 'silent'
          ? problem(
              check,
              `${seconds} 秒内没有结果；请检查磁盘或网络，或用 --timeout 放宽`,
              `No answer within ${seconds} s; check disk or network, or allow more with --timeout`,
            )
          : problem(check, `检查失败：${outcome.fault}`, `The look failed: ${outcome.fault}`),
      ],
    };
  }

  /** Removes what SQLite left beside the databases that were only read. */
  async tidy(before: ReadonlySet<string>): Promise<void> {
    const left = [...companionsIn(this.address.dataDir)].filter((file) => !before.has(file));
    const files = [...new Set(left.map((file) => file.replace(COMPANION, '')))];
    if (files.length === 0) return;
    // In a process that never had them open: only then is its connection the last one.
    this.#runner.end();
    const question = { address: this.address, scratch: this.#scratch, files };
    await this.#runner.ask('tidy', question, this.timeoutMs);
  }

  end(): void {
    this.#runner.end();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

const COMPANION = /-(?:wal|shm)$/;

function companionsIn(dataDir: string): Set<string> {
  const files = [dataDir, dirname(viewsFileIn(dataDir))].flatMap((folder) => {
    if (!existsSync(folder)) return [];
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return []; // the look at the directory says why
    }
  });
  return new Set(files.filter((file) => COMPANION.test(file)));
}

const marks = { ok: '✓', note: '–', problem: '✕' };

function asTable(findings: Finding[], { language }: Invocation): string {
  const head = language === 'zh' ? ['', '检查', '结果'] : ['', 'check', 'finding'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { check, state, detail } of findings)
    table.push([marks[state], check, detail[language]]);
  return table.toString();
}
