import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetVintages, GetWhy } from '@ledger/application';
import { DescribeRead } from '../http/describe.js';
import { pageFields } from '../http/pages.js';
import { ReadDesk } from '../http/read-desk.js';
import { readFields } from '../http/read-query.js';
import { readSeriesKey, seriesField } from '../http/series-query.js';
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
import { VintagesSheetSchema, WhySchema } from './vintage-schemas.js';

const VintagesQuerySchema = z
  .strictObject({
    ...readFields,
    ...pageFields,
    ...validAtField,
    ...validRangeFields,
    ...seriesField,
    asKnownOn: z
      .string()
      .max(60)
      .exactOptional()
      .describe(
        'Adds to each valid time what stood then: a day (its end in Asia/Shanghai), an RFC 3339 ' +
          'time or a position. What lies after knownAt counts as knownAt',
      ),
  })
  .refine(isInOrder, reversed)
  .refine(isOneOrOther, ambiguous);
type VintagesQuery = z.infer<typeof VintagesQuerySchema>;

const WhyQuerySchema = z.strictObject({ ...readFields, ...validAtField, ...seriesField });
type WhyQuery = z.infer<typeof WhyQuerySchema>;

/** Where a figure comes from: all that was said about it, and why this of it stands. */
@ApiTags('figures')
@Controller('v1')
export class VintagesController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('metrics/:id/vintages')
  @DescribeRead('What was said about each valid time, and when it stood', VintagesSheetSchema, {
    absent: 'No such metric',
  })
  async vintages(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: VintagesQuerySchema }) query: VintagesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validAt, validFrom, validTo, asKnownOn } = query;
    await this.desk.sheet(
      request,
      reply,
      query,
      (page) =>
        new GetVintages({
          metric: id,
          ...page,
          ...readSeriesKey(query),
          ...(validAt !== undefined && { validAt }),
          ...(validFrom !== undefined && { validFrom }),
          ...(validTo !== undefined && { validTo }),
          ...(asKnownOn !== undefined && { asKnownOn }),
        }),
      () => notFound('metric', id),
    );
  }

  @Get('metrics/:id/why')
  @DescribeRead('The events and rules that make the figures of a metric', WhySchema, {
    absent: 'No such metric, or not defined yet at knownAt',
  })
  async why(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: WhyQuerySchema }) query: WhyQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validAt } = query;
    const asking = ({ knownAt }: { knownAt: string }) =>
      new GetWhy({
        metric: id,
        knownAt,
        ...readSeriesKey(query),
        ...(validAt !== undefined && { validAt }),
      });
    await this.desk.one(request, reply, query, asking, { absent: () => notFound('metric', id) });
  }
}
