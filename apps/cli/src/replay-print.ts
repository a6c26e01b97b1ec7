import Table from 'cli-table3';
import type { Invocation, Language } from './arguments.js';
import type { Found } from './replay-at.js';
import { printSince } from './replay-diff.js';
import type { LiveComparison } from './replay-live.js';

/** One object with `--json`; else a table of the read models and a sentence about the live views. */
export function printReplayed(found: Found, { json, language }: Invocation): void {
  const { at, replayed, live, since } = found;
  if (json) {
    const more = { live: live ?? null, ...(since !== undefined && { difference: since }) };
    console.log(JSON.stringify({ at, ...replayed, ...more }));
    return;
  }
  const table = new Table({ head: headings[language], style: { head: [], border: [] } });
  for (const { name, version, position, rows, hash } of replayed.models) {
    table.push([name, version, position, rows, hash]);
  }
  console.log(table.toString());
  if (live !== undefined) console.log(verdicts[live.verdict](live, found)[language]);
  if (since !== undefined) printSince(since, language);
}

const headings: { readonly [language in Language]: string[] } = {
  zh: ['读模型', '版本', '位置', '行数', 'SHA-256'],
  en: ['read model', 'version', 'position', 'rows', 'SHA-256'],
};

type Sentence = (live: LiveComparison, found: Found) => { [language in Language]: string };

const verdicts: { readonly [verdict in LiveComparison['verdict']]: Sentence } = {
  equal: (_, { replayed: { position } }) => ({
    zh: `重放 = 现用视图（位置 ${position}，各模型的两个散列值相同）`,
    en: `replayed = live (position ${position}, both hashes of every read model)`,
  }),
  different: ({ models }, { replayed }) => {
    const pairs = replayed.models.flatMap(({ name, hash }) => {
      const found = models.find((model) => model.name === name)?.hash;
      return found === hash ? [] : [`  ${name}: ${hash} ≠ ${String(found)}`];
    });
    return {
      zh: ['重放 ≠ 现用视图（重放值 ≠ 现用值），请重建视图：', ...pairs].join('\n'),
      en: ['replayed ≠ live (replayed ≠ found); rebuild the views:', ...pairs].join('\n'),
    };
  },
  elsewhere: ({ models }, { replayed }) => {
    const places = [...new Set(models.map(({ position }) => position))];
    const [only, ...others] = places;
    const command = only !== undefined && others.length === 0 ? `--at ${only}` : undefined;
    const where = places.join(', ');
    return {
      zh:
        `现用视图在位置 ${where}，不是 ${replayed.position}` +
        (command === undefined ? '，不能比较' : `；如需比较：${command}`),
      en:
        `the live views stand at position ${where}, not ${replayed.position}` +
        (command === undefined ? ', and are not compared' : `; to compare: ${command}`),
    };
  },
  otherVersion: () => ({
    zh: '现用视图由其他版本的读模型生成，不能比较',
    en: 'the live views were made by other versions of the read models and cannot be compared',
  }),
  unreadable: () => ({
    zh: '现用视图无法读取（文件损坏，或由其他版本生成），不能比较',
    en: 'the live views cannot be read (damaged, or of another version) and are not compared',
  }),
};
