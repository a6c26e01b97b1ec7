import { existsSync } from 'node:fs';
import { checkLog, openLog, type LogAddress } from '@ledger/engines';
import { isEventLogError, type Head } from '@ledger/event-log';
import { openQueries, openViews, viewsFileIn } from '@ledger/read-models';
import { prepareArrays } from '@ledger/sqlite';
import { digestLog } from '../compare-logs.js';
import { isUnfinished, readBackupState } from '../manifest.js';
import { openSource, openStanding, saidBy } from '../places.js';
import { note, ok, problem, type Finding } from './finding.js';

/** Where the log ends; absent where there is no log, or where it cannot be read. */
export type HeadLook = { head?: Head; findings: Finding[] };

/** Reads the end of an embedded log. */
export async function sqliteHead(address: LogAddress): Promise<HeadLook> {
  const { dataDir } = address;
  try {
    const log = await openStanding(address);
    if (log === undefined) {
      const zh = `${dataDir} 里还没有账本，首次 npm start 时创建`;
      const en = `There is no ledger in ${dataDir} yet; the first npm start makes one`;
      return { findings: [note('log', zh, en)] };
    }
    try {
      return { head: await log.head(), findings: [] };
    } finally {
      await log.close();
    }
  } catch (fault) {
    return { findings: [problem('log', saidBy(fault))] };
  }
}

/**
 * Opens the ledger on an EventStoreDB as a server would, but with what a server keeps beside it in
 * `scratch`, so that nothing of this machine's ledger is touched. Nothing is written to the store.
 */
export async function eventStoreHead(
  { engine, ...place }: Extract<LogAddress, { engine: 'eventstore' }>,
  scratch: string,
): Promise<HeadLook> {
  const began = performance.now();
  try {
    const log = await openLog({ engine, ...place, dataDir: scratch });
    try {
      const head = await log.head();
      const milliseconds = Math.round(performance.now() - began);
      const { tamperSignals } = log.state();
      const [first] = tamperSignals;
      if (first === undefined) {
        const zh = `可连接，凭据有效；连接并读到末尾用了 ${milliseconds} 毫秒，没有篡改迹象`;
        const en = `Reachable, credentials taken; read to its end in ${milliseconds} ms, no tamper signals`;
        return { head, findings: [ok('engine', zh, en)] };
      }
      const zh = `${tamperSignals.length} 处篡改迹象，第一处：${first.what}；请保全现场并与备份核对`;
      const en =
        `${tamperSignals.length} tamper signal(s), the first: ${first.what}; ` +
        'secure the store as it is and compare it with a backup';
      return { head, findings: [problem('engine', zh, en)] };
    } finally {
      await log.close();
    }
  } catch (fault) {
    return { findings: [problem('engine', saidBy(fault))] };
  }
}

/** Walks the whole log. */
export async function logFinding(address: LogAddress): Promise<Finding> {
  try {
    const check = await checkLog(address);
    return check.sound
      ? ok(
          'log',
          `${check.events} 个事件，位置、修订号、时间和索引前后一致`,
          `${check.events} events; positions, revisions, times and index agree`,
        )
      : problem(
          'log',
          `#${check.position} 起有问题：${check.problem}；请停止写入并与备份核对`,
          `#${check.position}: ${check.problem}; stop writing and compare it with a backup`,
        );
  } catch (fault) {
    return problem('log', saidBy(fault));
  }
}

/** The machine's clock against the last time in the log; there is no second clock to ask. */
export function clockFinding(recordedAt: string | null, now = Date.now()): Finding {
  const ahead = recordedAt === null ? 0 : Date.parse(recordedAt) - now;
  if (ahead <= 1_000) return ok('clock', new Date(now).toISOString());
  const seconds = Math.round(ahead / 1_000);
  return problem(
    'clock',
    `本机时钟比账本最后入账时间慢 ${seconds} 秒，请校时`,
    `The clock is ${seconds} s behind the ledger's last entry; set it`,
  );
}

/** Whether the views are there, whole, of this log, and how far behind it. */
export async function viewsFinding(dataDir: string, head: Head): Promise<Finding> {
  const file = viewsFileIn(dataDir);
  if (!existsSync(file)) {
    return note(
      'views',
      '尚无视图，启动时由账本重建',
      'There are no views; the next start rebuilds them from the log',
    );
  }
  let projected: string;
  try {
    checkDatabase(file);
    const views = openViews(file);
    try {
      projected = views.projectedPosition();
    } finally {
      views.close();
    }
  } catch (fault) {
    return problem(
      'views',
      `视图损坏（${saidBy(fault)}）；删除 data/views 后重启即由账本重建`,
      `The views are damaged (${saidBy(fault)}); delete views/ and start: the log rebuilds them`,
    );
  }
  const lag = head.sequence + 1 - Number(projected);
  if (lag === 0) return ok('views', `#${projected}，与账本一致`, `#${projected}, as the log`);
  return lag > 0
    ? note(
        'views',
        `#${projected}，落后账本 ${lag} 个事件；服务运行时会自动跟上`,
        `#${projected}, ${lag} events behind the log; a running server catches up by itself`,
      )
    : problem(
        'views',
        `视图在 #${projected}，账本只到 #${head.position}：视图属于另一个账本，或账本丢失了事件；请与备份核对`,
        `The views stand at #${projected}, the log ends at #${head.position}: they are another ` +
          "ledger's, or the log lost events; compare it with a backup",
      );
}

function checkDatabase(viewsFile: string): void {
  const { database } = openQueries(viewsFile);
  try {
    const [said] = prepareArrays(database, 'PRAGMA quick_check(1)').get();
    if (said !== 'ok') throw new Error(String(said));
  } finally {
    database.close();
  }
}

/** A directory that is a backup is compared with its manifest; others have no such finding. */
export async function backupFindings(address: LogAddress): Promise<Finding[]> {
  const state = await readBackupState(address.dataDir).catch(() => undefined);
  if (state === undefined || state.kind === 'empty') return [];
  if (state.kind === 'unfinished') {
    return [
      note(
        'backup',
        '备份未完成；重复同一命令即可完成',
        'An unfinished backup; the same command finishes it',
      ),
    ];
  }
  const { manifest } = state;
  const log = await openSource(address);
  try {
    const { events, sha256 } = await digestLog(log, manifest.events);
    if (events < manifest.events || sha256 !== manifest.sha256) {
      return [
        problem(
          'backup',
          `与清单不符：${events} 个事件，SHA-256 ${sha256}；请用另一份备份`,
          `Not what its manifest says: ${events} events, SHA-256 ${sha256}; take another backup`,
        ),
      ];
    }
    const beyond = (await log.head()).sequence + 1 - events;
    if (beyond === 0 && !(await isUnfinished(address.dataDir))) {
      return [
        ok(
          'backup',
          `${manifest.source} 的备份，${events} 个事件与清单一致`,
          `Backup of ${manifest.source}; ${events} events as its manifest says`,
        ),
      ];
    }
    return [
      note(
        'backup',
        `${events} 个事件与清单一致，另有 ${beyond} 个不在清单内；再次运行 backup 即可纳入`,
        `${events} events as its manifest says, ${beyond} beyond it; the next backup takes them in`,
      ),
    ];
  } catch (fault) {
    if (isEventLogError(fault)) return [problem('backup', saidBy(fault))];
    throw fault;
  } finally {
    await log.close();
  }
}
