import type { ReadRejectionCode, ReadRejectionFacts } from '@ledger/application';
import type { Text } from '@ledger/domain';
import { ApiProblem } from './problem.js';
import { problemCode } from './problem-codes.js';

type Facts = ReadRejectionFacts;
type ReadFault = { code: Other; facts: Facts };

/** What a read that cannot be answered means to its caller; anything unknown is given back. */
export function problemOfRead(thrown: unknown): unknown {
  if (!isReadFault(thrown)) return thrown;
  const { code, facts } = thrown;
  if (facts.parked !== undefined) return modelParked(facts.parked, facts.projected);
  return new ApiProblem(
    [
      {
        parameter: facts.parameter ?? (code === 'PROJECTION_BEHIND' ? 'minPosition' : 'knownAt'),
        code,
        message: messages[code](facts),
        hint: facts.parameter === undefined ? hints[code] : momentHints[code],
        ...(facts.received !== undefined && { received: facts.received }),
      },
    ],
    {
      ...(facts.projected !== undefined && {
        headers: { 'ledger-projected-position': facts.projected },
      }),
    },
  );
}

/** How soon a caller may look again: somebody must see to the model first. */
const LOOK_AGAIN_SECONDS = '30';

/** The one that a read needs stands still: nobody waits for it, and it says why. */
function modelParked(parked: NonNullable<Facts['parked']>, projected = '0'): ApiProblem {
  const { model, position, eventId, type, why } = parked;
  return new ApiProblem(
    [
      {
        code: 'MODEL_PARKED',
        message: {
          zh: `读模型 ${model} 无法处理位置 ${position} 的事件 ${type}（${eventId}），停在位置 ${projected}：${why}`,
          en:
            `The read model ${model} cannot take in the ${type} at position ${position} ` +
            `(${eventId}) and stands at ${projected}: ${why}`,
        },
        hint: {
          zh: `截至位置 ${projected} 的数据仍可读取（knownAt=${projected}，或 allowStale=1）；请管理员部署可处理该事件的版本并重启，进展见 /v1/read-models/${model}`,
          en:
            `What was known up to position ${projected} can be read (knownAt=${projected}, or ` +
            'allowStale=1). An operator must start a version that can take the event in; see ' +
            `/v1/read-models/${model}`,
        },
      },
    ],
    {
      extensions: { model, position, eventId, eventType: type, projected },
      headers: { 'ledger-projected-position': projected, 'retry-after': LOOK_AGAIN_SECONDS },
    },
  );
}

type Other = Exclude<ReadRejectionCode, 'MODEL_PARKED'>;

const messages: { readonly [code in Other]: (facts: Facts) => Text } = {
  KNOWN_AT_INVALID: ({ parameter }) =>
    parameter === undefined
      ? problemCode('KNOWN_AT_INVALID').title
      : { zh: '时点格式不符', en: 'The moment is malformed' },
  KNOWN_AT_BEYOND_HEAD: ({ head = '0' }) => ({
    zh: `账本目前只到位置 ${head}`,
    en: `The log ends at position ${head}`,
  }),
  KNOWN_AT_IN_FUTURE: ({ parameter }) =>
    parameter === undefined
      ? problemCode('KNOWN_AT_IN_FUTURE').title
      : { zh: '该时点尚未到来', en: 'This moment lies in the future' },
  MOMENTS_REVERSED: ({ from = '0', to = '0' }) => ({
    zh: `前一时点（位置 ${from}）晚于后一时点（位置 ${to}）`,
    en: `The first moment (position ${from}) is later than the second (position ${to})`,
  }),
  REFERENCE_UNKNOWN: ({ received = '' }) => ({
    zh: `账本在后一时点没有“${received}”`,
    en: `The ledger knew no "${received}" at the second moment`,
  }),
  PROJECTION_BEHIND: ({ projected = '0', needed = '0' }) => ({
    zh: `看板数据已更新到位置 ${projected}，尚未到达 ${needed}`,
    en: `The views have reached position ${projected}, not yet ${needed}`,
  }),
};

const hints: { readonly [code in Other]: Text } = {
  KNOWN_AT_INVALID: {
    zh: '请提供记账位置，或带时区的时间，例如 2021-08-26T11:02:00+08:00（URL 中 + 写作 %2B）',
    en: 'Give a position, or a time with offset such as 2021-08-26T11:02:00+08:00 (+ is %2B in URLs)',
  },
  KNOWN_AT_BEYOND_HEAD: {
    zh: '请提供不超过账本末尾的位置',
    en: 'Give a position that is not beyond the end of the log',
  },
  KNOWN_AT_IN_FUTURE: {
    zh: '请提供不晚于当前的时间',
    en: 'Give a time that is not after now',
  },
  MOMENTS_REVERSED: {
    zh: '请对调 from 与 to：from 为较早的时点，to 为较晚的时点（默认为现在）',
    en: 'Swap them: `from` is the earlier moment, `to` the later one (by default now)',
  },
  REFERENCE_UNKNOWN: {
    zh: '请核对编号，或选择该对象已登记的时点',
    en: 'Check the identifier, or choose a moment at which it was registered',
  },
  PROJECTION_BEHIND: {
    zh: '请稍后重试；也可加 allowStale=1 读取现有数据',
    en: 'Try again shortly, or add allowStale=1 to read what there is',
  },
};

/** Where a day may be given as well. */
const momentHints: typeof hints = {
  ...hints,
  KNOWN_AT_INVALID: {
    zh: '请提供记账位置、带时区的时间，或日期（表示当日结束，北京时间），例如 2021-08-26',
    en: 'Give a position, a time with offset, or a day such as 2021-08-26 (its end in Shanghai)',
  },
};

function isReadFault(thrown: unknown): thrown is ReadFault {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    (thrown.code in messages || thrown.code === 'MODEL_PARKED') &&
    'facts' in thrown
  );
}
