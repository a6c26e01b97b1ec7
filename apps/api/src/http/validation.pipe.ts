import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import type { Text } from '@ledger/domain';
import { shapeProblems, type ShapeProblem } from '@ledger/exchange';
import { ApiProblem, type Fault } from './problem.js';
import { problemCodes } from './problem-codes.js';

/** More faults than this are not listed. */
const MOST_FAULTS = 50;

/**
 * Checks a body, path or query against the zod schema named in its decorator. Nest's own pipe
 * would drop `__proto__` keys in silence and answer without pointers.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema, type }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    if (type === 'body' && value === undefined) throw bodyMissing();
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [first, ...rest] = result.error.issues.flatMap((issue) => {
      return shapeProblems([issue], value).map((problem) => faultOf(problem, issue, type));
    });
    if (first === undefined) return value;
    throw new ApiProblem([first, ...rest.slice(0, MOST_FAULTS - 1)]);
  }
}

function faultOf(
  problem: ShapeProblem,
  issue: z.core.$ZodIssue,
  type: ArgumentMetadata['type'],
): Fault {
  const { pointer, ...rest } = problem;
  if (type === 'body' && pointer === '' && problem.code === 'TYPE_WRONG') {
    return { ...problem, ...notAnObject };
  }
  const place = type === 'body' ? { pointer } : { parameter: pointer.slice(1) };
  return { ...place, ...rest, ...ownCode(problem, issue) };
}

/** Where the schema names a code itself, or a form has one of its own, that is the code. */
function ownCode({ code }: ShapeProblem, issue: z.core.$ZodIssue): Partial<Fault> {
  if (code === 'FIELD_MISSING') return {};
  const named = issue.message in problemCodes ? issue.message : formCodes[patternOf(issue)];
  if (named === undefined) return {};
  const title = problemCodes[named]?.title;
  const hint = hints[named];
  return {
    code: named,
    ...(title !== undefined && { message: title }),
    ...(hint !== undefined && { hint }),
  };
}

function patternOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_format' && typeof issue.pattern === 'string' ? issue.pattern : '';
}

/** Codes of the forms that libs/exchange gives identifiers and dates. */
const formCodes: { readonly [pattern: string]: string } = {
  '/^[a-z0-9]+(-[a-z0-9]+)*$/': 'ID_INVALID',
  '/^\\d{4}-\\d{2}-\\d{2}$/': 'DATE_INVALID',
};

const notAnObject = {
  message: { zh: '请求正文应为 JSON 对象', en: 'The body must be a JSON object' },
  hint: { zh: '请以 {…} 的形式提交各字段', en: 'Send the fields inside {…}' },
};

function bodyMissing(): ApiProblem {
  return new ApiProblem([
    {
      pointer: '',
      code: 'BODY_MISSING',
      message: { zh: '缺少请求正文', en: 'The body is missing' },
      hint: {
        zh: '请以 Content-Type: application/json 提交 JSON 正文',
        en: 'Send a JSON body with Content-Type: application/json',
      },
    },
  ]);
}

const hints: { readonly [code: string]: Text } = {
  ID_INVALID: {
    zh: '编号由小写字母、数字和单个连字符组成，不超过 120 个字符，例如 disputes-resolved',
    en: 'Lower-case letters and digits joined by single hyphens, at most 120: disputes-resolved',
  },
  DATE_INVALID: {
    zh: '请写成 YYYY-MM-DD，例如 2021-08-26',
    en: 'Write YYYY-MM-DD, for example 2021-08-26',
  },
  DIGEST_INVALID: {
    zh: '请提交 64 位小写十六进制的 SHA-256 摘要',
    en: 'Send the SHA-256 digest as 64 lower-case hex digits',
  },
  POSITION_INVALID: {
    zh: '请使用接口返回的记账位置，例如 "132"',
    en: 'Use a position that this API gave out, for example "132"',
  },
  STREAM_NAME_INVALID: {
    zh: '事件流名称形如 metric-disputes-resolved',
    en: 'A stream is named like metric-disputes-resolved',
  },
  VALUE_AMBIGUOUS: {
    zh: '请在 value、quantity、label 中填写且只填写一项',
    en: 'Give exactly one of value, quantity and label',
  },
  VALID_TIME_AMBIGUOUS: {
    zh: '请只填写 validAt，或只填写 validFrom 和 validTo',
    en: 'Give validAt alone, or validFrom and validTo',
  },
  SERIES_INVALID: {
    zh: '请填写 JSON，例如 {"street":"马田"}，并作 URL 编码；没有分组的写 {}',
    en: 'Write JSON such as {"street":"马田"}, percent-encoded; {} for the one without dimensions',
  },
  FUNNEL_METRICS_INVALID: {
    zh: '请用逗号连接 2 至 10 个不同的指标编号，从大到小，例如 signed-area,vacated-area',
    en: 'Join 2 to 10 different metric identifiers by commas, largest first: signed-area,vacated-area',
  },
  RANGE_REVERSED: {
    zh: '请使 validFrom 不晚于 validTo',
    en: 'Let validFrom be no later than validTo',
  },
};
