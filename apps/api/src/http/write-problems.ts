import type { QueryBus } from '@nestjs/cqrs';
import { ReadStreamPage, type RejectionReason } from '@ledger/application';
import type { Refusal, Text } from '@ledger/domain';
import type { ExpectedRevision, LedgerEvent } from '@ledger/event-log';
import { revisionTag } from './preconditions.js';
import { ApiProblem, type Fault, shown } from './problem.js';
import { problemCode } from './problem-codes.js';

/** Where parts of a command come from: a place in the body, or a parameter of the path. */
export type Places = { readonly [commandPointer: string]: string | { parameter: string } };

/** At most this many events are listed of what changed since the caller looked. */
const MOST_CHANGES = 20;

/** What a write that was not taken means to its caller; anything unknown is given back as it is. */
export async function problemOfWrite(
  thrown: unknown,
  places: Places,
  queries: QueryBus,
): Promise<unknown> {
  if (isWriteRejected(thrown)) return problemOfRejection(thrown.reason, places, queries);
  if (isLogFault(thrown)) return problemOfLog(thrown, places);
  return thrown;
}

async function problemOfRejection(
  reason: RejectionReason,
  places: Places,
  queries: QueryBus,
): Promise<ApiProblem> {
  switch (reason.kind) {
    case 'refused':
      return refused(reason.refusals, places);
    case 'conflict':
      return stale(reason, await changesSince(reason, queries));
    case 'keyReused':
      return keyReused();
    case 'notFound':
      return notFound(reason.subject, reason.id);
  }
}

function refused([first, ...rest]: [Refusal, ...Refusal[]], places: Places): ApiProblem {
  const faultOf = (refusal: Refusal): Fault => ({
    ...placeOf(refusal.pointer, places),
    code: refusal.code,
    message: refusal.message,
    hint: refusal.hint,
    ...(refusal.received !== undefined && { received: refusal.received }),
  });
  return new ApiProblem([faultOf(first), ...rest.map(faultOf)], {
    ...(first.facts !== undefined && { extensions: { facts: first.facts } }),
  });
}

/** The place in the request for a pointer into the command: the longest known prefix decides. */
export function placeOf(pointer: string, places: Places): Pick<Fault, 'pointer' | 'parameter'> {
  const prefix = Object.keys(places)
    .filter((known) => pointer === known || pointer.startsWith(`${known}/`))
    .sort((left, right) => right.length - left.length)[0];
  const place = prefix === undefined ? undefined : places[prefix];
  if (prefix === undefined || place === undefined) return { pointer };
  return typeof place === 'string' ? { pointer: `${place}${pointer.slice(prefix.length)}` } : place;
}

type Conflict = Extract<RejectionReason, { kind: 'conflict' }>;

async function changesSince(conflict: Conflict, queries: QueryBus): Promise<LedgerEvent[]> {
  if (conflict.actual === 'none') return [];
  const from = conflict.expected === 'none' ? 0 : conflict.expected + 1;
  return queries.execute(
    new ReadStreamPage({ stream: conflict.stream, from, limit: MOST_CHANGES }),
  );
}

/** Says where the stream stands and what was done since, so that the caller can decide again. */
function stale(conflict: Conflict, changes: LedgerEvent[]): ApiProblem {
  const { expected, actual } = conflict;
  const createOnly = expected === 'none';
  return new ApiProblem(
    [
      {
        header: createOnly ? 'if-none-match' : 'if-match',
        code: 'REVISION_STALE',
        message: {
          zh: `所依据的是${spelled(expected).zh}，现在是${spelled(actual).zh}`,
          en: `You rest on ${spelled(expected).en}; it is now ${spelled(actual).en}`,
        },
        hint: {
          zh: '请查看 changes 所列变化后，以新的 ETag 重新提交',
          en: 'Look at `changes`, then send again with the new ETag',
        },
        received: createOnly ? '*' : revisionTag(expected),
      },
    ],
    {
      extensions: {
        actualRevision: actual === 'none' ? null : actual,
        changes: changes.map(({ id, type, revision, position, metadata }) => ({
          eventId: id,
          type,
          revision,
          position,
          recordedAt: metadata.recordedAt,
          actor: metadata.actor,
          reason: metadata.reason ?? null,
        })),
      },
      ...(actual !== 'none' && { headers: { etag: revisionTag(actual) } }),
    },
  );
}

function spelled(revision: ExpectedRevision): Text {
  if (revision === 'none') return { zh: '“尚不存在”', en: '"does not exist"' };
  return { zh: `第 ${revision} 号修订`, en: `revision ${revision}` };
}

function keyReused(): ApiProblem {
  return new ApiProblem([
    {
      header: 'idempotency-key',
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: {
        zh: '该幂等键已用于另一项内容不同的请求',
        en: 'This idempotency key came before with another body',
      },
      hint: {
        zh: '新的内容请使用新的幂等键；重试须原样提交',
        en: 'Use a new key for new content; a retry must send the same body',
      },
    },
  ]);
}

const subjects: { readonly [subject: string]: { code: string; name: Text } } = {
  metric: { code: 'METRIC_NOT_DEFINED', name: { zh: '指标', en: 'metric' } },
  reform: { code: 'REFORM_NOT_REGISTERED', name: { zh: '改革', en: 'reform' } },
  milestone: { code: 'MILESTONE_NOT_PLANNED', name: { zh: '里程碑', en: 'milestone' } },
  unit: { code: 'UNIT_NOT_REGISTERED', name: { zh: '单位', en: 'unit' } },
};

/** A path that names what the ledger does not know. */
export function notFound(subject: string, id: string): ApiProblem {
  const { code, name } = subjects[subject] ?? {
    code: 'STREAM_UNKNOWN',
    name: { zh: '对象', en: subject },
  };
  return new ApiProblem([
    {
      parameter: 'id',
      code,
      message: { zh: `台账中没有${name.zh} ${id}`, en: `The ledger knows no ${name.en} ${id}` },
      hint: {
        zh: `请核对编号；已登记的${name.zh}见 GET /v1/${subject}s`,
        en: `Check the identifier; GET /v1/${subject}s lists those known`,
      },
      received: id,
    },
  ]);
}

type LogFault = {
  code: string;
  message: string;
  details: { pointer?: string; received?: unknown };
};

/** Faults of the log that a caller can do something about. */
function problemOfLog(fault: LogFault, places: Places): ApiProblem {
  const received = shown(fault.details.received);
  const pointer = fault.details.pointer?.replace(/^\/data(?=\/|$)/, '');
  return new ApiProblem([
    {
      ...(pointer !== undefined && placeOf(pointer, places)),
      code: fault.code,
      message: { zh: problemCode(fault.code).title.zh, en: fault.message },
      ...(logHints[fault.code] !== undefined && { hint: logHints[fault.code] }),
      ...(received !== undefined && { received }),
    },
  ]);
}

const retry: Text = {
  zh: '请稍候以同一 Idempotency-Key 重试',
  en: 'Try again shortly with the same Idempotency-Key',
};

const logHints: { readonly [code: string]: Text } = {
  ENTRY_TOO_LARGE: {
    zh: '请缩短说明文字，较大的材料只登记其 SHA-256 摘要',
    en: 'Shorten the texts; record large documents by their SHA-256 digest',
  },
  ENTRY_NOT_CANONICAL: {
    zh: '请去除不能规范化的文字或数字',
    en: 'Remove the text or number that has no canonical form',
  },
  CONFLICT: {
    zh: '本次未入账，请稍候以同一 Idempotency-Key 重试',
    en: 'Nothing was recorded; try again shortly with the same Idempotency-Key',
  },
  OVERLOADED: retry,
  UNAVAILABLE: retry,
  OUTCOME_UNKNOWN: {
    zh: '请以同一 Idempotency-Key 原样重试；无论此前是否入账，只会记录一次',
    en: 'Send the same again with the same Idempotency-Key; it is recorded once either way',
  },
  ACCESS_DENIED: {
    zh: '请管理员核对 LEDGER_LOG 的用户与权限',
    en: 'The operator must check the user in LEDGER_LOG and its rights',
  },
  LOG_DAMAGED: {
    zh: '请管理员运行 ledger doctor；在查清之前不要修补',
    en: 'The operator must run ledger doctor; nothing should be repaired before it is understood',
  },
};

/** Recognised by code: the error may come from another thread. */
function isWriteRejected(thrown: unknown): thrown is { reason: RejectionReason } {
  return hasCode(thrown) && thrown.code === 'WRITE_REJECTED' && 'reason' in thrown;
}

function isLogFault(thrown: unknown): thrown is LogFault {
  return hasCode(thrown) && thrown.code in logHints && 'details' in thrown && 'message' in thrown;
}

function hasCode(thrown: unknown): thrown is { code: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string'
  );
}
