import { access, constants, statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { Text } from '@ledger/domain';
import { checkLog, openSqliteEventLog, SqliteLogReader } from '@ledger/event-log-sqlite';
import { openViews, viewsFileIn } from '@ledger/read-models';
import { EXIT, type Invocation } from './arguments.js';

/** One thing that was looked at; only a `problem` makes the command fail. */
type Finding = { check: string; state: 'ok' | 'note' | 'problem'; detail: Text };

const LITTLE_SPACE_BYTES = 1024 ** 3;

/** Looks at everything a ledger on this machine rests on; changes nothing. */
export async function doctor(invocation: Invocation): Promise<number> {
  const findings = await examine(invocation.dataDir);
  const problems = findings.filter(({ state }) => state === 'problem').length;
  if (invocation.json) {
    for (const finding of findings) console.log(JSON.stringify(finding));
  } else {
    console.log(asTable(findings, invocation));
  }
  return problems === 0 ? EXIT.done : EXIT.failed;
}

async function examine(dataDir: string): Promise<Finding[]> {
  const directory = await directoryFinding(dataDir);
  if (directory.state === 'problem') return [directory];
  const space = await spaceFinding(dataDir);
  if (!existsSync(join(dataDir, 'ledger.db'))) {
    const detail = {
      zh: `${dataDir} 里还没有账本，首次 npm start 时创建`,
      en: `There is no ledger in ${dataDir} yet; the first npm start makes one`,
    };
    return [directory, space, { check: 'log', state: 'note', detail }];
  }
  return [
    directory,
    space,
    await lockFinding(dataDir),
    logFinding(dataDir),
    ...(await headFindings(dataDir)),
  ];
}

async function directoryFinding(dataDir: string): Promise<Finding> {
  try {
    await access(dataDir, constants.R_OK | constants.W_OK);
    return { check: 'directory', state: 'ok', detail: both(dataDir) };
  } catch (fault) {
    if (fault instanceof Object && 'code' in fault && fault.code === 'ENOENT') {
      const detail = {
        zh: `${dataDir} 不存在，首次 npm start 时创建；或用 --data 指定`,
        en: `${dataDir} does not exist; the first npm start makes it, or name another with --data`,
      };
      return { check: 'directory', state: 'problem', detail };
    }
    const detail = {
      zh: `${dataDir} 不可读写，请检查权限`,
      en: `${dataDir} cannot be read and written; check its permissions`,
    };
    return { check: 'directory', state: 'problem', detail };
  }
}

async function spaceFinding(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const gib = (free / 1024 ** 3).toFixed(1);
  const state = free < LITTLE_SPACE_BYTES ? 'problem' : 'ok';
  return { check: 'space', state, detail: { zh: `剩余 ${gib} GiB`, en: `${gib} GiB free` } };
}

async function lockFinding(dataDir: string): Promise<Finding> {
  try {
    const log = await openSqliteEventLog({ dataDir, thread: false });
    await log.close();
    const detail = {
      zh: '没有服务占用；提交为同步落盘（已核对）',
      en: 'No server holds it; commits are synchronous (checked)',
    };
    return { check: 'lock', state: 'ok', detail };
  } catch (fault) {
    const locked = fault instanceof Object && 'code' in fault && fault.code === 'LOCKED';
    const said = fault instanceof Error ? fault.message : String(fault);
    return locked
      ? {
          check: 'lock',
          state: 'note',
          detail: { zh: '有服务正在使用此账本', en: 'A server is using this ledger' },
        }
      : { check: 'lock', state: 'problem', detail: both(said) };
  }
}

function logFinding(dataDir: string): Finding {
  const check = checkLog(dataDir);
  if (check.sound) {
    const detail = {
      zh: `${check.events} 个事件，位置、修订号、时间和索引列前后一致`,
      en: `${check.events} events; positions, revisions, times and index columns agree`,
    };
    return { check: 'log', state: 'ok', detail };
  }
  return { check: 'log', state: 'problem', detail: both(`#${check.position}: ${check.problem}`) };
}

async function headFindings(dataDir: string): Promise<Finding[]> {
  const log = new SqliteLogReader(dataDir);
  try {
    const head = await log.head();
    return [clockFinding(head.recordedAt), viewsFinding(dataDir, head.position)];
  } finally {
    await log.close();
  }
}

function clockFinding(recordedAt: string | null): Finding {
  const ahead = recordedAt === null ? 0 : Date.parse(recordedAt) - Date.now();
  if (ahead <= 1_000)
    return { check: 'clock', state: 'ok', detail: both(new Date().toISOString()) };
  const seconds = Math.round(ahead / 1_000);
  const detail = {
    zh: `本机时钟比账本最后入账时间慢 ${seconds} 秒，请校时`,
    en: `The clock is ${seconds} s behind the ledger's last entry; set it`,
  };
  return { check: 'clock', state: 'problem', detail };
}

function viewsFinding(dataDir: string, head: string): Finding {
  const file = viewsFileIn(dataDir);
  if (!existsSync(file)) {
    const detail = {
      zh: '尚无视图，启动时由账本重建',
      en: 'There are no views; the next start rebuilds them from the log',
    };
    return { check: 'views', state: 'note', detail };
  }
  const views = openViews(file);
  try {
    const projected = views.projectedPosition();
    const state = projected === head ? 'ok' : 'note';
    return { check: 'views', state, detail: both(`#${projected} / #${head}`) };
  } finally {
    views.close();
  }
}

function both(text: string): Text {
  return { zh: text, en: text };
}

const marks = { ok: '✓', note: '–', problem: '✕' };

function asTable(findings: Finding[], { language }: Invocation): string {
  const head = language === 'zh' ? ['', '检查', '结果'] : ['', 'check', 'finding'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { check, state, detail } of findings)
    table.push([marks[state], check, detail[language]]);
  return table.toString();
}
