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
import { readFields } from '../http/read-query.js';
import { isInOrder, reversed, validAtField, validRangeFields } from '../http/valid-time-query.js';
import { IdSchema, MetricKindSchema } from '@ledger/exchange';
import { NEEDS } from '@ledger/read-models';
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

const OneQuerySchema = z.strictObject({ ...readFields, ...validAtField });
type OneQuery = z.infer<typeof OneQuerySchema>;
const ListQuerySchema = z.strictObject({ ...readFields, ...validAtField, ...pageFields });
type ListQuery = z.infer<typeof ListQuerySchema>;
const reform = IdSchema.exactOptional().describe('Only those of this reform');
const MilestonesQuerySchema = z
  .strictObject({
    ...readFields,
    ...validAtField,
    validFrom: validRangeFields.validFrom.describe('With a turn or due date on this day or later'),
    validTo: validRangeFields.validTo.describe('With a turn or due date on this day or earlier'),
    ...pageFields,
    reform,
  })
  .refine(isInOrder, reversed);
type MilestonesQuery = z.infer<typeof MilestonesQuerySchema>;
const MetricsQuerySchema = z.strictObject({
  ...readFields,
  ...validAtField,
  ...pageFields,
  reform,
  kind: MetricKindSchema.exactOptional(),
});
type MetricsQuery = z.infer<typeof MetricsQuerySchema>;

/**
 * The entity tag of one registered thing is its stream's revision: what If-Match takes. As of a day
 * or as known at a moment it is another answer at the same revision, so the body's hash is the tag.
 */
const byRevision = ({ validAt, knownAt }: OneQuery) =>
  validAt === undefined && knownAt === undefined
    ? { tag: (view: { revision: number }) => revisionTag(view.revision) }
    : {};

/** The catalogue goes on being answered where other models cannot. */
const needing = <Asked extends object>(query: Asked) => ({ ...query, needs: NEEDS.catalogue });

const onDay = ({ validAt }: { validAt?: string }) => (validAt === undefined ? {} : { validAt });

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
    await this.desk.page(request, reply, needing(query), (page) => {
      return new ListMetrics({
        ...page,
        ...onDay(query),
        ...(ofReform !== undefined && { reform: ofReform }),
        ...(kind !== undefined && { kind }),
      });
    });
  }

  @Get('metrics/:id')
  @DescribeRead('A metric with its definition', MetricViewSchema, { absent: 'No such metric' })
  async metric(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: OneQuerySchema }) query: OneQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision(query), absent: () => notFound('metric', id) };
    await this.desk.one(
      request,
      reply,
      needing(query),
      ({ knownAt }) => new GetMetric({ id, knownAt, ...onDay(query) }),
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
    await this.desk.page(request, reply, needing(query), (page) => {
      return new ListReforms({ ...page, ...onDay(query) });
    });
  }

  @Get('reforms/:id')
  @DescribeRead('A reform', ReformViewSchema, { absent: 'No such reform' })
  async reform(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: OneQuerySchema }) query: OneQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision(query), absent: () => notFound('reform', id) };
    await this.desk.one(
      request,
      reply,
      needing(query),
      ({ knownAt }) => new GetReform({ id, knownAt, ...onDay(query) }),
      more,
    );
  }

  @Get('milestones')
  @DescribeRead('Milestones, by identifier', MilestonePageSchema)
  async milestones(
    @Query({ schema: MilestonesQuerySchema }) query: MilestonesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { reform: ofReform, validFrom, validTo } = query;
    await this.desk.page(request, reply, needing(query), (page) => {
      return new ListMilestones({
        ...page,
        ...onDay(query),
        ...(ofReform !== undefined && { reform: ofReform }),
        ...(validFrom !== undefined && { validFrom }),
        ...(validTo !== undefined && { validTo }),
      });
    });
  }

  @Get('milestones/:id')
  @DescribeRead('A milestone with its history', MilestoneViewSchema, {
    absent: 'No such milestone',
  })
  async milestone(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: OneQuerySchema }) query: OneQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision(query), absent: () => notFound('milestone', id) };
    await this.desk.one(
      request,
      reply,
      needing(query),
      ({ knownAt }) => new GetMilestone({ id, knownAt, ...onDay(query) }),
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
    await this.desk.page(request, reply, needing(query), (page) => {
      return new ListUnits({ ...page, ...onDay(query) });
    });
  }

  @Get('units/:id')
  @DescribeRead('A unit', UnitViewSchema, { absent: 'No such unit' })
  async unit(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Query({ schema: OneQuerySchema }) query: OneQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const more = { ...byRevision(query), absent: () => notFound('unit', id) };
    await this.desk.one(
      request,
      reply,
      needing(query),
      ({ knownAt }) => new GetUnit({ id, knownAt, ...onDay(query) }),
      more,
    );
  }
}
