import { parseArgs } from 'node:util';
import { isEventLogError } from '@ledger/event-log';
import { readLogAddress, type LogAddress } from '@ledger/engines';

/** Exit codes of every command; what `doctor` adds to them is in doctor/finding.ts. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Rebuilt views differ from those in force, which stay so. */
  rebuildDiffers: 3,
  /** The views in force are not what the log says, or cannot be compared with it. */
  viewsDiffer: 4,
  noViews: 5,
  interrupted: 130,
} as const;

export type Language = 'zh' | 'en';

/** The operands of each command, and the options that it takes beside the common ones. */
const COMMANDS = {
  import: { operands: ['FILE'], options: ['log'] },
  replay: { operands: [], options: ['log', 'stream', 'until', 'at', 'models', 'diff'] },
  copy: { operands: [], options: ['from', 'to'] },
  backup: { operands: ['DIR'], options: ['log'] },
  restore: { operands: ['DIR'], options: ['to'] },
  doctor: { operands: [], options: ['log', 'timeout'] },
  rebuild: { operands: [], options: ['log', 'explain'] },
  'verify-views': { operands: [], options: ['log'] },
  views: { operands: ['export|import', 'DIR'], options: ['log'] },
  synth: { operands: [], options: ['log', 'events', 'seed', 'metrics'] },
} as const;

export type CommandName = keyof typeof COMMANDS;

export type Invocation = {
  command: CommandName | 'help';
  operands: string[];
  dataDir: string;
  language: Language;
  json: boolean;
  /** Address of the log: `--log`, else `LEDGER_LOG`, else the data directory's own. */
  log: string;
  from?: string;
  to?: string;
  stream?: string;
  until?: string;
  at?: string;
  models?: string;
  diff?: boolean;
  timeout?: string;
  explain?: string;
  events?: string;
  seed?: string;
  metrics?: string;
};

/** What was typed cannot be understood; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; data directory, log and language fall back to the environment. */
export function readArguments(argv: string[], env: NodeJS.ProcessEnv): Invocation {
  const { values, positionals } = parsed(argv);
  const [command = 'help', ...operands] = positionals;
  const { json = false, help = false, data, lang, log, ...others } = values;
  const named = help ? 'help' : command;
  if (!isCommand(named)) throw new UsageError(`"${named}" is no command of ledger; ${SEE_HELP}`);
  if (named !== 'help') checkShape(named, operands, Object.keys(values));
  return {
    command: named,
    operands,
    dataDir: data ?? (env['LEDGER_DATA']?.trim() || './data'),
    language: languageOf(lang ?? env['LC_ALL'] ?? env['LANG'] ?? ''),
    json,
    log: log ?? (env['LEDGER_LOG']?.trim() || 'sqlite'),
    ...others,
  };
}

const SEE_HELP = '`npm run ledger -- help` shows all of them.';

function parsed(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        lang: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
        log: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        stream: { type: 'string' },
        until: { type: 'string' },
        at: { type: 'string' },
        models: { type: 'string' },
        diff: { type: 'boolean' },
        timeout: { type: 'string' },
        explain: { type: 'string' },
        events: { type: 'string' },
        seed: { type: 'string' },
        metrics: { type: 'string' },
      },
    });
  } catch (fault) {
    const said = fault instanceof Error ? fault.message : String(fault);
    const unknown = /^Unknown option '([^']+)'/.exec(said)?.[1];
    if (unknown !== undefined) throw new UsageError(`There is no option ${unknown}; ${SEE_HELP}`);
    throw new UsageError(said.split('\n').join(' '));
  }
}

function isCommand(name: string): name is CommandName | 'help' {
  return name === 'help' || Object.hasOwn(COMMANDS, name);
}

/** An option that a command does not read is refused: whoever wrote it expects something of it. */
function checkShape(command: CommandName, operands: string[], options: string[]): void {
  const takes: { operands: readonly string[]; options: readonly string[] } = COMMANDS[command];
  const form = [`npm run ledger -- ${command}`, ...takes.operands].join(' ');
  const [missing] = takes.operands.slice(operands.length);
  if (missing !== undefined) throw new UsageError(`${missing} is missing: ${form}`);
  const surplus = operands[takes.operands.length];
  if (surplus !== undefined) {
    throw new UsageError(`"${surplus}" is one thing too many for ${command}: ${form}`);
  }
  const common = ['data', 'lang', 'json', 'help'];
  const foreign = options.find((name) => !common.includes(name) && !takes.options.includes(name));
  if (foreign !== undefined) {
    throw new UsageError(`--${foreign} is no option of ${command}; ${SEE_HELP}`);
  }
}

/**
 * The address of a log as an option or the environment names it. Throws `UsageError` for one that
 * cannot be, without repeating a password.
 */
export function readAddress(text: string, { dataDir }: Invocation): LogAddress {
  try {
    return readLogAddress(text, dataDir);
  } catch (fault) {
    if (isEventLogError(fault)) throw new UsageError(fault.message);
    throw fault;
  }
}

function languageOf(name: string): Language {
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function usage(language: Language): string {
  const zh = `用法：npm run ledger -- <命令> [选项]

  import FILE      将事实文件整体审核后入账（格式见 seeds/）；重复导入只补缺 [--log]
  replay           按入账顺序重放：逐条说明事件及其形成的状态 [--log]
                   --stream S    只看一个流，例如 metric-disputes-resolved
                   --until X     到某个记账位置或时间为止
                   --at X        改为：重放到该位置或时间，给出各读模型的状态散列值
                   --models a,b  与 --at 同用：只看这些读模型
                   --diff        与 --at 同用：列出从那时到现在的变化
                   --json        每行一个 JSON 对象
  copy             把整个账本复制到另一处，逐字节相同；中断后重复同一命令即可继续
                   --from A --to A   两处的地址
  backup DIR       在线备份到一个空目录，或续写同一账本较早的备份 [--log]
  restore DIR      核对备份后恢复到一个空的地方
                   --to A        恢复到哪里
  doctor           检查目录、空间、锁、设置、日志、时钟和视图；不改动任何东西 [--log]
                   --timeout S   每项检查最多等多少秒（默认 10）
  rebuild          由日志重建视图，与现用视图逐行比较后替换；可与服务同时运行 [--log]
                   --explain T   两者不同时仍予替换的原因，写入日志
  verify-views     由日志重算并逐行核对现用视图；不改动任何东西 [--log]
  views export DIR 导出视图快照（含清单和 SHA-256）；可与服务同时运行 [--log]
  views import DIR 核对快照后启用，替换更早的视图 [--log]
  synth            向空账本写入虚构的演示历史（每个事件均标为演示数据）；中断后重复同一命令即可继续 [--log]
                   --events N    事件数，1 至 20000000
                   --seed S      种子：种子和参数相同，内容逐字节相同（默认 1）
                   --metrics M   指标数，1 至 10000（默认随事件数，最多 1000）

  --log A          日志的地址（默认 LEDGER_LOG，否则为数据目录里的日志）
  --data DIR       数据目录（默认 LEDGER_DATA 或 ./data）
  --json           给程序读的 JSON
  --lang zh|en     语言（默认取自 LANG）

地址 A：sqlite（--data 里的日志）  sqlite:目录  esdb://主机:端口?tls=false
退出码：0 完成  1 失败  2 命令写法不对  3 重建结果不同  4 视图与日志不符  5 没有视图  130 被中断；
doctor 另有 10 至 18，见 apps/cli/README.md`;
  const en = `usage: npm run ledger -- <command> [options]

  import FILE      takes a facts file (format of seeds/), whole or not at all; again: only what is
                   missing [--log]
  replay           replays the ledger: each event in words and the state it led to [--log]
                   --stream S    one stream only, for example metric-disputes-resolved
                   --until X     up to a position or a time
                   --at X        instead: folds the log up to there and prints what every read
                                 model then was, by its hash
                   --models a,b  with --at: these read models only
                   --diff        with --at: what has changed from then until now
                   --json        one JSON object a line
  copy             copies a whole ledger to another place, byte for byte; when it was interrupted,
                   the same command goes on
                   --from A --to A   the two addresses
  backup DIR       backs up beside a running server, into an empty directory or an older backup of
                   the same ledger [--log]
  restore DIR      checks a backup, then brings it to an empty place
                   --to A        where to
  doctor           looks at directory, space, lock, settings, log, clock and views; changes nothing
                   [--log]
                   --timeout S   seconds that one look may take (default 10)
  rebuild          builds the views anew, compares them with those in force row by row, and
                   replaces these; also beside a server [--log]
                   --explain T   why they are replaced although they differ; goes into the log
  verify-views     folds the log anew and compares the views in force with it; changes nothing
                   [--log]
  views export DIR copies the views with a manifest, also beside a server [--log]
  views import DIR checks such a copy and puts it in force in the place of earlier views [--log]
  synth            fills an empty ledger with a made-up history, marked as such in every event; when
                   it was interrupted, the same command goes on [--log]
                   --events N    how many, 1 to 20000000
                   --seed S      same seed and options: the same bytes (default 1)
                   --metrics M   how many metrics, 1 to 10000 (default by events, at most 1000)

  --log A          address of the log (default LEDGER_LOG, else the one in the data directory)
  --data DIR       data directory (default LEDGER_DATA or ./data)
  --json           JSON for programs
  --lang zh|en     language (default from LANG)

address A: sqlite (the log in --data)  sqlite:DIRECTORY  esdb://HOST:PORT?tls=false
exit codes: 0 done  1 failed  2 the command line is wrong  3 rebuilt views differ  4 the views are
not what the log says  5 there are no views  130 interrupted; doctor has 10 to 18 as
well, see apps/cli/README.md`;
  return language === 'zh' ? zh : en;
}
