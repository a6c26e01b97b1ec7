import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CLOCK, importFacts, LedgerWriter, LOG_READER } from '@ledger/application';
import type { Clock, EventLogReader, LedgerEvent } from '@ledger/event-log';
import { type FileProblem, readFacts } from '@ledger/exchange';
import type { Config } from './config.js';
import { carriedPath } from './files.js';

/** The facts of a seed were refused; nothing of them was recorded. */
export class SeedRefused extends Error {
  override readonly name = 'SeedRefused';
  readonly code = 'SEED_REFUSED';
}

/**
 * Takes the configured data set into an empty ledger, through the ordinary commands. A ledger whose
 * first event is from that data set gets what is missing of it: loading may have been interrupted.
 * Any other ledger is left alone. Answers how many writes were recorded.
 *
 * The data set is refused whole or not at all. An empty ledger then rejects with `SEED_REFUSED`. One
 * that holds something already stays as it is and goes on serving, and `say` hears why: a newer
 * version of the server may carry other words, and recorded facts are not changed by loading.
 */
export async function loadSeed(
  app: INestApplicationContext,
  config: Config,
  say: (notice: string) => void = console.log,
): Promise<number> {
  if (config.seed === 'none') return 0;
  const log = app.get<EventLogReader>(LOG_READER);
  const file = carriedPath('seeds', config.seed, 'facts.json');
  const text = await readFile(file, 'utf8');
  const reading = readFacts(text);
  const first = await firstEvent(log);
  const isOther = reading.ok && first?.metadata.source?.id !== reading.file.source.id;
  if (first !== undefined && isOther) return 0;
  const result = await importFacts(text, {
    commands: app.get(CommandBus),
    writer: app.get(LedgerWriter),
    log,
    clock: app.get<Clock>(CLOCK),
    actor: config.actor,
  });
  if (result.ok) return result.recorded;
  const refusal = refused(file, result.problems);
  // Asked again: another process may have begun to load it meanwhile.
  if ((await firstEvent(log)) === undefined) throw refusal;
  say(`${refusal.message}\nThe ledger holds facts already and stays as it is.`);
  return 0;
}

async function firstEvent(log: EventLogReader): Promise<LedgerEvent | undefined> {
  const [first] = await log.readAll({ after: '0', limit: 1 });
  return first;
}

function refused(file: string, problems: readonly FileProblem[]): SeedRefused {
  const shown = problems
    .slice(0, 20)
    .map(({ line, pointer, code, message }) => `  line ${line} ${pointer} ${code}: ${message.en}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`  and ${more} more`);
  return new SeedRefused([`${file} is refused whole:`, ...shown].join('\n'));
}
