import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetFunnel } from '@ledger/application';
import { DescribeRead } from '../http/describe.js';
import { ReadDesk } from '../http/read-desk.js';
import { readFields } from '../http/read-query.js';
import { validAtField } from '../http/valid-time-query.js';
import { FunnelSchema } from './moment-schemas.js';

/** Two to ten identifiers joined by commas. */
const STAGES = /^[a-z0-9]+(-[a-z0-9]+)*(,[a-z0-9]+(-[a-z0-9]+)*){1,9}$/;
const invalid = { error: 'FUNNEL_METRICS_INVALID' };

const areDifferent = (metrics: string): boolean => {
  const stages = metrics.split(',');
  return new Set(stages).size === stages.length;
};

const FunnelQuerySchema = z.strictObject({
  ...readFields,
  metrics: z
    .string()
    .max(1_500, invalid)
    .regex(STAGES, invalid)
    .refine(areDifferent, invalid)
    .describe('The stages, largest first: 2 to 10 different metrics joined by commas'),
  ...validAtField,
});
type FunnelQuery = z.infer<typeof FunnelQuerySchema>;

@ApiTags('figures')
@Controller('v1')
export class FunnelsController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('funnels')
  @DescribeRead(
    'Metrics as stages of a funnel, with their shares and whether it holds',
    FunnelSchema,
  )
  async funnel(
    @Query({ schema: FunnelQuerySchema }) query: FunnelQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { metrics, validAt } = query;
    await this.desk.one(request, reply, query, ({ knownAt }) => {
      const stages = metrics.split(',');
      return new GetFunnel({
        metrics: stages,
        knownAt,
        ...(validAt !== undefined && { validAt }),
      });
    });
  }
}
