import type { LedgerRequest } from '@ledger/domain';
import type { Clock, Actor, EventLogReader } from '@ledger/event-log';
import { readFacts, type FileProblem, type PlannedWrite } from '@ledger/exchange';
import { commandHash, commandIdentity, newId } from './identity.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { Receipt } from './receipt.js';
import { Rehearsal } from './rehearsal.js';
import { WriteRejected } from './rejection.js';
import {
  WriteMetric,
  WriteMilestone,
  WriteReform,
  WriteUnit,
  type RequestContext,
} from './requests.js';

type BusCommand = WriteMetric | WriteMilestone | WriteReform | WriteUnit;

export type ImportParts = {
  /** The command bus. */
  commands: { execute(command: BusCommand): Promise<Receipt> };
  writer: LedgerWriter;
  log: EventLogReader;
  clock: Clock;
  actor: Actor;
  onProgress?: (done: number, total: number) => void;
};

/** `facts` counts the file's entries; `alreadyRecorded` the writes that an earlier import took. */
export type ImportResult =
  | { ok: true; facts: number; recorded: number; unchanged: number; alreadyRecorded: number }
  | { ok: false; problems: FileProblem[] };

/** A fact is the same fact whoever imports it. */
const IMPORTER = { id: 'facts', unit: 'facts', role: 'facts' };
const ROUTE = 'import facts';

/**
 * Takes a facts file into the ledger through the ordinary commands. The whole file is judged first,
 * and refused whole if anything in it is wrong; then each write goes in the file's order. Every
 * write has an id that depends on the source and the fact alone: importing again, or after a crash
 * half-way, records only what is missing.
 */
export async function importFacts(text: string, parts: ImportParts): Promise<ImportResult> {
  const reading = readFacts(text);
  if (!reading.ok) return reading;
  const { file, writes, place } = reading;
  const correlationId = newId();
  const asked = writes.map((write) => ({
    write,
    context: contextOf(write, parts.actor, correlationId, file.synthetic),
  }));
  const rehearsal = new Rehearsal(parts.log, parts.clock);
  const problems: FileProblem[] = [];
  for (const { write, context } of asked) {
    const found = await judge(write, context, rehearsal, parts);
    problems.push(...found.map((problem) => ({ ...problem, ...place(problem.pointer) })));
  }
  if (problems.length > 0) return { ok: false, problems };

  const counts = { recorded: 0, unchanged: 0, alreadyRecorded: 0 };
  for (const [index, { write, context }] of asked.entries()) {
    const receipt = await parts.commands.execute(busCommand(write.request, context));
    counts[receipt.replayed ? 'alreadyRecorded' : receipt.outcome] += 1;
    parts.onProgress?.(index + 1, asked.length);
  }
  return { ok: true, facts: file.facts.length, ...counts };
}

function contextOf(
  { key, request, source }: PlannedWrite,
  actor: Actor,
  correlationId: string,
  synthetic: true | undefined,
): RequestContext {
  return {
    actor,
    correlationId,
    commandId: commandIdentity({ actor: IMPORTER, route: ROUTE, key: `${source.id}/${key}` }),
    commandHash: commandHash(request),
    source,
    ...(synthetic === undefined ? {} : { synthetic }),
  };
}

async function judge(
  { pointer, request, source }: PlannedWrite,
  context: RequestContext,
  rehearsal: Rehearsal,
  { writer }: ImportParts,
): Promise<Omit<FileProblem, 'line' | 'column'>[]> {
  try {
    if (await writer.took(request, context)) return [];
  } catch (fault) {
    if (!(fault instanceof WriteRejected)) throw fault;
    return [changedSinceImport(pointer)];
  }
  const refusals = await rehearsal.decide(request, source.locator !== undefined);
  return refusals.map((refusal) => ({
    ...refusal,
    pointer: `${pointer}${refusal.pointer.replace(/^\/(definition|plan)(?=\/)/, '')}`,
  }));
}

function changedSinceImport(pointer: string): Omit<FileProblem, 'line' | 'column'> {
  return {
    code: 'FACT_CHANGED_SINCE_IMPORT',
    pointer,
    message: {
      zh: '该条目曾以不同内容入账。',
      en: 'This entry was recorded before with other content.',
    },
    hint: {
      zh: '已入账的事实不能通过重新导入修改，请使用更正或撤回。',
      en: 'A recorded fact is not changed by importing again: correct or withdraw it.',
    },
  };
}

function busCommand(request: LedgerRequest, context: RequestContext): BusCommand {
  if ('metric' in request) return new WriteMetric(request, context);
  if ('milestone' in request) return new WriteMilestone(request, context);
  if ('reform' in request) return new WriteReform(request, context);
  return new WriteUnit(request, context);
}
