import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { ReceiptSchema } from '../write/schemas.js';

// Decorators that describe routes in /openapi.json; they change nothing at run time.

export const DescribeProblem = (status: number, description: string) =>
  ApiResponse({
    status,
    description,
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    },
  });

const header = (name: string, description: string, required = false) =>
  ApiHeader({ name, description, required, schema: { type: 'string' } });

const outHeader = (description: string) => ({ description, schema: { type: 'string' as const } });

/** A writing route; `ifMatch` says whether the caller must name the revision it has seen. */
export function DescribeWrite(summary: string, ifMatch: 'optional' | 'required' = 'optional') {
  const headers = {
    ETag: outHeader('"v<revision>" of the stream after this write'),
    'Ledger-Position': outHeader('Pass as minPosition to a read that must see this write'),
    'Idempotency-Replayed': outHeader('true when an earlier answer is given again'),
  };
  return applyDecorators(
    ApiOperation({ summary }),
    header('Idempotency-Key', 'Remembered for ever: the same body gives the same answer'),
    header('If-Match', '"v<revision>" that the caller has seen', ifMatch === 'required'),
    header('X-Request-Id', 'Given back, and kept in the event as correlationId'),
    ApiResponse({ status: 201, description: 'Recorded', standardSchema: ReceiptSchema, headers }),
    ApiResponse({
      status: 200,
      description: 'The ledger said so already; nothing was appended',
      standardSchema: ReceiptSchema,
      headers,
    }),
    DescribeProblem(400, 'Not JSON, or a malformed header'),
    DescribeProblem(404, 'The path names what the ledger does not know'),
    DescribeProblem(409, 'In conflict with what the ledger says'),
    DescribeProblem(412, 'If-Match is stale: `actualRevision` and `changes` say what happened'),
    DescribeProblem(413, 'Body over 1 MiB, or entry over 64 KiB'),
    DescribeProblem(415, 'Not application/json'),
    DescribeProblem(422, 'A field is not valid, or an idempotency key was reused'),
    ...(ifMatch === 'required' ? [DescribeProblem(428, 'If-Match is missing')] : []),
    DescribeProblem(503, 'The log cannot be written now'),
  );
}

/** A reading route over the views. */
export function DescribeRead(summary: string, answer: z.ZodType, more: { absent?: string } = {}) {
  return applyDecorators(
    ApiOperation({ summary }),
    header('If-None-Match', 'ETag of an answer that the caller has'),
    ApiResponse({
      status: 200,
      description: 'The answer',
      standardSchema: answer,
      headers: {
        ETag: outHeader('Strong entity tag'),
        'Ledger-Projected-Position': outHeader('How far the views have taken in the log'),
        'Ledger-Stale': outHeader(
          'true when minPosition was not reached and allowStale=1, and when a read model stands still',
        ),
      },
    }),
    ApiResponse({ status: 304, description: 'The caller has it already' }),
    ...(more.absent === undefined ? [] : [DescribeProblem(404, more.absent)]),
    DescribeProblem(422, 'A parameter is not valid'),
    DescribeProblem(
      503,
      'The views have not caught up within 2 s, or a read model stands still before that point',
    ),
  );
}

/** A reading route over the log, with its media types. */
export function DescribeLogRead(summary: string, answer: z.ZodType, media: readonly string[] = []) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status: 200, description: 'The answer', standardSchema: answer }),
    ...media.map((type) =>
      ApiResponse({
        status: 200,
        description: `Also as ${type}, chosen by Accept`,
      }),
    ),
    DescribeProblem(422, 'A parameter is not valid'),
  );
}
