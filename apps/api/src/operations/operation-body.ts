import { z } from 'zod';
import type { Operation } from '@ledger/application';
import type { Text } from '@ledger/domain';
import { problemCodes } from '../http/problem-codes.js';
import { JsonObjectSchema } from '../http/schemas.js';
import { ActorSchema, TimestampSchema } from '../read/schemas.js';
import { OperationResultSchema } from './kinds.js';

const count = z.int().min(0);
const TextSchema = z.object({ zh: z.string(), en: z.string() });

/** An operation as it leaves the server, in answers and on the live stream alike. */
export const OperationSchema = z
  .object({
    id: z.string(),
    kind: z.string().meta({ examples: ['replay'] }),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    cancelRequested: z
      .literal(true)
      .exactOptional()
      .describe('It was asked to stop and still runs'),
    progress: z
      .object({
        phase: z.string(),
        done: count,
        total: count.describe('Of this phase; at the end of all work `done` equals it'),
        unit: z.string().meta({ examples: ['events'] }),
        ratePerSecond: count.nullable(),
        etaSeconds: count.nullable(),
      })
      .describe('Rate and time left are those of the phase; null while they cannot be told'),
    request: JsonObjectSchema.describe('What was asked, with what it was resolved to when taken'),
    startedBy: ActorSchema,
    createdAt: TimestampSchema,
    startedAt: TimestampSchema.exactOptional(),
    endedAt: TimestampSchema.exactOptional(),
    result: OperationResultSchema.exactOptional(),
    error: z.object({ code: z.string(), title: TextSchema, detail: TextSchema }).exactOptional(),
  })
  .meta({ id: 'Operation', description: 'Long work (AIP-151)' });

export const OperationListSchema = z
  .object({ items: z.array(OperationSchema).describe('Newest first') })
  .meta({ id: 'OperationList' });

/** What a dry run answers: the request as it would be taken. */
export const ValidatedSchema = z
  .object({ validateOnly: z.literal(true), kind: z.string(), request: JsonObjectSchema })
  .meta({ id: 'ValidatedOperation' });

type OperationBody = Omit<Operation, 'error'> & {
  error?: { code: string; title: Text; detail: Text };
};

/** The sentence of a failure is English, so its title says in both languages what kind it is. */
export function operationBody({ error, ...operation }: Operation): OperationBody {
  if (error === undefined) return operation;
  const title = failures[error.code] ?? problemCodes[error.code]?.title ?? otherFailure;
  const detail = { zh: `${title.zh}：${error.message}`, en: error.message };
  return { ...operation, error: { code: error.code, title, detail } };
}

const otherFailure: Text = { zh: '操作未能完成', en: 'The operation failed' };

const failures: { readonly [code: string]: Text } = {
  OPERATION_THREAD_LOST: {
    zh: '执行操作的线程已中断',
    en: 'The thread of the operation was lost',
  },
  EVENT_UNKNOWN: { zh: '账本中有本版本不认识的事件', en: 'The log holds an unknown kind of event' },
  MODEL_FAILED: { zh: '读模型无法处理某个事件', en: 'A read model cannot take in an event' },
  LOG_OUT_OF_ORDER: { zh: '账本的次序有误', en: 'The log is out of order' },
  NOT_A_VIEWS_FILE: {
    zh: '视图的位置被其他文件占用',
    en: 'Something else stands where views belong',
  },
  VIEWS_MISSING: { zh: '视图文件不在了', en: 'The views were taken away' },
  VIEWS_UNWRITABLE: { zh: '视图无法写入', en: 'The views cannot be written' },
  REBUILD_DIFFERS: {
    zh: '重建结果与现用视图不同，未予替换',
    en: 'The rebuilt views differ from those in force, which stay',
  },
  SEGMENTS_UNUSABLE: { zh: '视图旁的缓存不可用', en: 'The cache beside the views is unusable' },
  ERR_SQLITE_ERROR: { zh: '数据库文件读写失败', en: 'A database file failed' },
};
