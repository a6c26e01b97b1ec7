import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetDifference } from '@ledger/application';
import { IdSchema } from '@ledger/exchange';
import { DescribeRead } from '../http/describe.js';
import { pageFields } from '../http/pages.js';
import { ReadDesk } from '../http/read-desk.js';
import { waitingFields } from '../http/read-query.js';
import { validAtField } from '../http/valid-time-query.js';
import { DifferenceSchema } from './moment-schemas.js';

const moment = z.string().max(60);
const forms = 'a position, an RFC 3339 time with offset, or a day: its end in Asia/Shanghai';

const DiffQuerySchema = z.strictObject({
  from: moment.describe(`What was known then: ${forms}`),
  to: moment.exactOptional().describe(`Compared with what was known then: ${forms}. Default: now`),
  ...validAtField,
  metric: IdSchema.exactOptional().describe('Only this metric'),
  reform: IdSchema.exactOptional().describe('Only this reform, its metrics and its milestones'),
  ...waitingFields,
  ...pageFields,
});
type DiffQuery = z.infer<typeof DiffQuerySchema>;

@ApiTags('figures')
@Controller('v1')
export class DiffController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('diff')
  @DescribeRead('What changed between two moments of knowledge', DifferenceSchema)
  async diff(
    @Query({ schema: DiffQuerySchema }) query: DiffQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { validAt, metric, reform } = query;
    await this.desk.twoMoments(request, reply, query, (page) => {
      return new GetDifference({
        ...page,
        ...(validAt !== undefined && { validAt }),
        ...(metric !== undefined && { metric }),
        ...(reform !== undefined && { reform }),
      });
    });
  }
}
