import type { Submission } from '@ledger/application';
import type { Text } from '@ledger/domain';
import { ApiProblem } from '../http/problem.js';
import { problemOfRead } from '../http/read-problems.js';

/** What cannot be read at `until` stands in the body, not in a parameter. */
export function problemOfUntil(thrown: unknown): unknown {
  const problem = problemOfRead(thrown);
  if (!(problem instanceof ApiProblem)) return problem;
  const [{ parameter: _parameter, ...fault }] = problem.faults;
  return new ApiProblem([{ pointer: '/until', ...fault }], { headers: problem.headers });
}

export function operationUnknown(id: string): ApiProblem {
  return new ApiProblem([
    {
      parameter: 'id',
      code: 'OPERATION_UNKNOWN',
      message: { zh: `没有操作 ${id}`, en: `There is no operation ${id}` },
      hint: {
        zh: '服务器只记得最近 100 项操作，重启后不保留；见 GET /v1/operations',
        en: 'The server remembers its last 100, until it stops; see GET /v1/operations',
      },
      received: id,
    },
  ]);
}

export function notTaken(submission: Exclude<Submission, { kind: 'accepted' }>): ApiProblem {
  if (submission.kind === 'keyReused') return keyReused();
  const { waiting, retryAfterSeconds } = submission;
  const message: Text =
    waiting > 0
      ? { zh: `已有 ${waiting} 项操作在等候`, en: `${waiting} operations are waiting already` }
      : { zh: '服务器正在停止', en: 'The server is about to stop' };
  return new ApiProblem(
    [
      {
        code: 'OPERATIONS_FULL',
        message,
        hint: {
          zh: '请按 Retry-After 稍后以同一 Idempotency-Key 重试',
          en: 'Try again after Retry-After seconds with the same Idempotency-Key',
        },
      },
    ],
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
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
