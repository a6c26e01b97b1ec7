import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CLOCK, importFacts, LedgerWriter, LOG_READER } from '@ledger/application';
import type { Clock, EventLogReader } from '@ledger/event-log';
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
 */
export async function loadSeed(app: INestApplicationContext, config: Config): Promise<number> {
  if (config.seed === 'none') return 0;
  const log = app.get<EventLogReader>(LOG_READER);
  const file = carriedPath('seeds', config.seed, 'facts.json');
  const text = await readFile(file, 'utf8');
  const reading = readFacts(text);
  if (!reading.ok) throw refused(file, reading.problems);
  const [first] = await log.readAll({ after: '0', limit: 1 });
  if (first !== undefined && first.metadata.source?.id !== reading.file.source.id) return 0;
  const result = await importFacts(text, {
    commands: app.get(CommandBus),
    writer: app.get(LedgerWriter),
    log,
    clock: app.get<Clock>(CLOCK),
    actor: config.actor,
  });
  if (!result.ok) throw refused(file, result.problems);
  return result.recorded;
}

function refused(file: string, problems: readonly FileProblem[]): SeedRefused {
  const lines = problems
    .slice(0, 20)
    .map(({ line, pointer, code, message }) => `  line ${line} ${pointer} ${code}: ${message.en}`);
  return new SeedRefused([`${file} is refused whole:`, ...lines].join('\n'));
}
