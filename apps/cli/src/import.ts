import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { ApplicationModule, importFacts, LedgerWriter } from '@ledger/application';
import { openLog } from '@ledger/engines';
import { openViews, Projector, viewsFileIn } from '@ledger/read-models';
import { EXIT, readAddress, UsageError, type Invocation } from './arguments.js';
import { progressBars } from './progress.js';

/** Takes a facts file into the ledger: whole, or not at all with every problem by line and field. */
export async function importFile(invocation: Invocation): Promise<number> {
  const [file] = invocation.operands;
  if (file === undefined) throw new UsageError('Name the file: npm run ledger -- import FILE');
  const text = await readFile(file, 'utf8').catch((fault: unknown) => {
    throw new Error(
      `${file} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`,
    );
  });
  const address = readAddress(invocation.log, invocation);
  const log = await openLog(address, { thread: false });
  try {
    const viewsFile = viewsFileIn(address.dataDir);
    await new Projector({ log, viewsFile }).catchUp();
    const views = openViews(viewsFile);
    const clock = () => Date.now();
    const app = await NestFactory.createApplicationContext(
      ApplicationModule.register({ log, views, clock }),
      { logger: false },
    );
    const result = await progressBars(invocation)('importing', (onProgress) =>
      importFacts(text, {
        commands: app.get(CommandBus),
        writer: app.get(LedgerWriter),
        log,
        clock,
        actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
        onProgress,
      }),
    );
    await app.close();
    views.close();
    await new Projector({ log, viewsFile }).catchUp();
    return invocation.json ? printJson(result) : printWords(file, result, invocation);
  } finally {
    await log.close();
  }
}

type Result = Awaited<ReturnType<typeof importFacts>>;

function printJson(result: Result): number {
  console.log(JSON.stringify(result));
  return result.ok ? EXIT.done : EXIT.failed;
}

function printWords(file: string, result: Result, { language }: Invocation): number {
  if (result.ok) {
    const { facts, recorded, unchanged, alreadyRecorded } = result;
    console.log(
      language === 'zh'
        ? `${facts} 条事实：新入账 ${recorded} 笔，内容相同 ${unchanged} 笔，此前已入账 ${alreadyRecorded} 笔`
        : `${facts} facts: ${recorded} writes recorded, ${unchanged} unchanged, ` +
            `${alreadyRecorded} recorded before`,
    );
    return EXIT.done;
  }
  console.error(
    language === 'zh'
      ? `${file} 未入账，共 ${result.problems.length} 处问题：`
      : `${file} is refused whole, nothing was recorded; ${result.problems.length} problem(s):`,
  );
  for (const { line, column, pointer, code, message, hint } of result.problems.slice(0, 50)) {
    console.error(`${file}:${line}:${column}  ${pointer}  ${code}`);
    console.error(`    ${message[language]} ${hint[language]}`);
  }
  return EXIT.failed;
}
