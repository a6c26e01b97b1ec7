import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetSeries } from '@ledger/application';
import { DescribeRead } from '../http/describe.js';
import { countParameter } from '../http/pages.js';
import { ReadDesk } from '../http/read-desk.js';
import { readFields } from '../http/read-query.js';
import {
  ambiguous,
  isInOrder,
  isOneOrOther,
  reversed,
  validAtField,
  validRangeFields,
} from '../http/valid-time-query.js';
import { notFound } from '../http/write-problems.js';
import { type IdPath, IdPathSchema } from '../write/schemas.js';
import { SeriesOfMetricSchema } from './moment-schemas.js';

const MOST_POINTS = 1_000;
const USUAL_POINTS = 500;

const SeriesQuerySchema = z
  .strictObject({
    ...readFields,
    ...validAtField,
    ...validRangeFields,
    view: z
      .enum(['latest', 'asReported'])
      .default('latest')
      .describe('latest: what stands at knownAt; asReported: every statement made up to then'),
    limit: countParameter(
      MOST_POINTS,
      USUAL_POINTS,
      'Points a series, the newest ones; all series together show at most 2,000',
    ),
  })
  .refine(isInOrder, reversed)
  .refine(isOneOrOther, ambiguous);
type SeriesQuery = z.infer<typeof SeriesQuerySchema>;

@ApiTags('figures')
@Controller('v1')
export class SeriesController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('metrics/:id/series')
  @DescribeRead('The series of a metric with their points, for charts', SeriesOfMetricSchema, {
    absent: 'No such metric',
  })
  async series(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: SeriesQuerySchema }) query: SeriesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validAt, validFrom, validTo, view, limit } = query;
    const asking = ({ knownAt }: { knownAt: string }) =>
      new GetSeries({
        metric: id,
        knownAt,
        view,
        limit,
        ...(validAt !== undefined && { validAt }),
        ...(validFrom !== undefined && { validFrom }),
        ...(validTo !== undefined && { validTo }),
      });
    await this.desk.one(request, reply, query, asking, { absent: () => notFound('metric', id) });
  }
}
