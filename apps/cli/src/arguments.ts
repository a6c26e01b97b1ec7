import { parseArgs } from 'node:util';

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

export type Language = 'zh' | 'en';

export type Invocation = {
  command: string;
  operands: string[];
  dataDir: string;
  language: Language;
  json: boolean;
  stream?: string;
  until?: string;
};

/** What was typed cannot be understood; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; the data directory and the language fall back to the environment. */
export function readArguments(argv: string[], env: NodeJS.ProcessEnv): Invocation {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        lang: { type: 'string' },
        json: { type: 'boolean', default: false },
        stream: { type: 'string' },
        until: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const [command = 'help', ...operands] = positionals;
    return {
      command: values.help ? 'help' : command,
      operands,
      dataDir: values.data ?? env['LEDGER_DATA'] ?? './data',
      language: languageOf(values.lang ?? env['LC_ALL'] ?? env['LANG'] ?? ''),
      json: values.json,
      ...(values.stream === undefined ? {} : { stream: values.stream }),
      ...(values.until === undefined ? {} : { until: values.until }),
    };
  } catch (fault) {
    throw new UsageError(fault instanceof Error ? fault.message : String(fault));
  }
}

function languageOf(name: string): Language {
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function usage(language: Language): string {
  const zh = `用法：npm run ledger -- <命令> [选项]

  import FILE      将事实文件整体审核后入账（格式见 seeds/）；重复导入只补缺
  replay           按入账顺序重放：逐条说明事件及其形成的状态
                   --stream S    只看一个流，例如 metric-disputes-resolved
                   --until X     到某个记账位置或时间为止
                   --json        每行一个 JSON 对象
  doctor           检查数据目录、锁、数据库设置、日志自洽性和视图进度 [--json]

  --data DIR       数据目录（默认 LEDGER_DATA 或 ./data）
  --lang zh|en     语言（默认取自 LANG）

退出码：0 完成  1 失败或有问题  2 命令写法不对`;
  const en = `usage: npm run ledger -- <command> [options]

  import FILE      takes a facts file (format of seeds/), whole or not at all; again: only what is missing
  replay           replays the ledger: each event in words and the state it led to
                   --stream S    one stream only, for example metric-disputes-resolved
                   --until X     up to a position or a time
                   --json        one JSON object a line
  doctor           checks data directory, lock, database settings, log and views [--json]

  --data DIR       data directory (default LEDGER_DATA or ./data)
  --lang zh|en     language (default from LANG)

exit codes: 0 done  1 failed, or something is wrong  2 the command line is wrong`;
  return language === 'zh' ? zh : en;
}
