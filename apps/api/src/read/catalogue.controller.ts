import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  GetMetric,
  GetMilestone,
  GetReform,
  GetUnit,
  ListMetrics,
  ListMilestones,
  ListReforms,
  ListUnits,
} from '@ledger/application';
import { DescribeRead } from '../http/describe.js';
import { pageFields } from '../http/pages.js';
import { revisionTag } from '../http/preconditions.js';
import { ReadDesk } from '../http/read-desk.js';
import { readFields, type ReadQuery, ReadQuerySchema } from '../http/read-query.js';
import { IdSchema, MetricKindSchema } from '@ledger/exchange';
import { notFound } from '../http/write-problems.js';
import { type IdPath, IdPathSchema } from '../write/schemas.js';
import {
  MetricPageSchema,
  MetricViewSchema,
  MilestonePageSchema,
  MilestoneViewSchema,
  ReformPageSchema,
  ReformViewSchema,
  UnitPageSchema,
  UnitViewSchema,
} from './schemas.js';

const ListQuerySchema = z.strictObject({ ...readFields, ...pageFields });
type ListQuery = z.infer<typeof ListQuerySchema>;
const reform = IdSchema.exactOptional().describe('Only those of this reform');
const OfReformQuerySchema = z.strictObject({ ...readFields, ...pageFields, reform });
type OfReformQuery = z.infer<typeof OfReformQuerySchema>;
const MetricsQuerySchema = z.strictObject({
  ...readFields,
  ...pageFields,
  reform,
  kind: MetricKindSchema.exactOptional(),
});
type MetricsQuery = z.infer<typeof MetricsQuerySchema>;

/** The entity tag of one registered thing is its stream's revision: what If-Match takes. */
const byRevision = { tag: (view: { revision: number }) => revisionTag(view.revision) };

@ApiTags('catalogue')
@Controller('v1')
export class CatalogueController {
  constructor(private readonly desk: ReadDesk) {}

  @Get('metrics')
  @DescribeRead('Metrics, by identifier', MetricPageSchema)
  async metrics(
    @Query({ schema: MetricsQuerySchema }) query: MetricsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { reform: ofReform, kind } = query;
    await this.desk.page(request, reply, query, (page) => {
      return new ListMetrics({
        ...page,
        ...(ofReform !== undefined && { reform: ofReform }),
        ...(kind !== undefined && { kind }),
      });
    });
  }

  @Get('metrics/:id')
  @DescribeRead('A metric with its definition', MetricViewSchema, { absent: 'No such metric' })
  async metric(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: ReadQuerySchema }) query: ReadQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision, absent: () => notFound('metric', id) };
    await this.desk.one(
      request,
      reply,
      query,
      ({ knownAt }) => new GetMetric({ id, knownAt }),
      more,
    );
  }

  @Get('reforms')
  @DescribeRead('Reforms, by identifier', ReformPageSchema)
  async reforms(
    @Query({ schema: ListQuerySchema }) query: ListQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.page(request, reply, query, (page) => new ListReforms(page));
  }

  @Get('reforms/:id')
  @DescribeRead('A reform', ReformViewSchema, { absent: 'No such reform' })
  async reform(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: ReadQuerySchema }) query: ReadQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision, absent: () => notFound('reform', id) };
    await this.desk.one(
      request,
      reply,
      query,
      ({ knownAt }) => new GetReform({ id, knownAt }),
      more,
    );
  }

  @Get('milestones')
  @DescribeRead('Milestones, by identifier', MilestonePageSchema)
  async milestones(
    @Query({ schema: OfReformQuerySchema }) query: OfReformQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { reform: ofReform } = query;
    await this.desk.page(request, reply, query, (page) => {
      return new ListMilestones({ ...page, ...(ofReform !== undefined && { reform: ofReform }) });
    });
  }

  @Get('milestones/:id')
  @DescribeRead('A milestone with its history', MilestoneViewSchema, {
    absent: 'No such milestone',
  })
  async milestone(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: ReadQuerySchema }) query: ReadQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision, absent: () => notFound('milestone', id) };
    await this.desk.one(
      request,
      reply,
      query,
      ({ knownAt }) => new GetMilestone({ id, knownAt }),
      more,
    );
  }

  @Get('units')
  @DescribeRead('Units, by identifier', UnitPageSchema)
  async units(
    @Query({ schema: ListQuerySchema }) query: ListQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.page(request, reply, query, (page) => new ListUnits(page));
  }

  @Get('units/:id')
  @DescribeRead('A unit', UnitViewSchema, { absent: 'No such unit' })
  async unit(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: ReadQuerySchema }) query: ReadQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision, absent: () => notFound('unit', id) };
    await this.desk.one(request, reply, query, ({ knownAt }) => new GetUnit({ id, knownAt }), more);
  }
}
