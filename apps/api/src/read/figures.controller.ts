import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetBoard, ListTimeline } from '@ledger/application';
import { DescribeRead } from '../http/describe.js';
import { countParameter, LARGEST_PAGE_SIZE, pageFields } from '../http/pages.js';
import { ReadDesk } from '../http/read-desk.js';
import { readFields } from '../http/read-query.js';
import { notFound } from '../http/write-problems.js';
import { type IdPath, IdPathSchema } from '../write/schemas.js';
import { BoardSchema, TimelineSchema } from './schemas.js';

/** A day that exists: a body's dates are judged by the domain, a query's by nobody else. */
const DaySchema = z.iso.date({ error: 'DATE_INVALID' });

const BoardQuerySchema = z.strictObject({
  ...readFields,
  validAt: DaySchema.exactOptional().describe('The figures that stand at this day'),
});
type BoardQuery = z.infer<typeof BoardQuerySchema>;

const TimelineQuerySchema = z
  .strictObject({
    ...readFields,
    validFrom: DaySchema.exactOptional(),
    validTo: DaySchema.exactOptional(),
    view: z
      .enum(['latest', 'asReported'])
      .default('latest')
      .describe('latest: what stands at knownAt; asReported: every statement made up to then'),
    pageSize: countParameter(LARGEST_PAGE_SIZE, LARGEST_PAGE_SIZE, 'Entries a page'),
    pageToken: pageFields.pageToken,
  })
  .refine(({ validFrom = '', validTo = '9999' }) => validFrom <= validTo, {
    error: 'RANGE_REVERSED',
    path: ['validTo'],
  });
type TimelineQuery = z.infer<typeof TimelineQuerySchema>;

@ApiTags('figures')
@Controller('v1')
export class FiguresController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('board')
  @DescribeRead('Every metric and milestone with the figure that stands', BoardSchema)
  async board(
    @Query({ schema: BoardQuerySchema }) query: BoardQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validAt } = query;
    await this.desk.one(request, reply, query, ({ knownAt }) => {
      return new GetBoard({ knownAt, ...(validAt !== undefined && { validAt }) });
    });
  }

  @Get('metrics/:id/timeline')
  @DescribeRead('Every statement about a metric on both axes of time', TimelineSchema, {
    absent: 'No such metric',
  })
  async timeline(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: TimelineQuerySchema }) query: TimelineQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validFrom, validTo, view } = query;
    const asking = (page: { knownAt: string; after?: string; limit: number }) =>
      new ListTimeline({
        metric: id,
        ...page,
        view,
        ...(validFrom !== undefined && { validFrom }),
        ...(validTo !== undefined && { validTo }),
      });
    await this.desk.sheet(request, reply, query, asking, () => notFound('metric', id));
  }
}
