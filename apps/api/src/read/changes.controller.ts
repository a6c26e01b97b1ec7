import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ListActivity, ListChanges } from '@ledger/application';
import { NEEDS } from '@ledger/read-models';
import { DescribeRead } from '../http/describe.js';
import { countParameter, pageFields } from '../http/pages.js';
import { bodyTag, ReadDesk, sendJson } from '../http/read-desk.js';
import { readFields } from '../http/read-query.js';
import { PositionSchema } from '../http/schemas.js';
import { asCloudEvent, CloudEventSchema, LEDGER_ORIGIN } from '../stream/cloud-event.js';
import { ActivityPageSchema } from '../stream/change-schema.js';

const ActivityQuerySchema = z.strictObject({
  ...readFields,
  ...pageFields,
  subject: z
    .string()
    .regex(/^(metric|reform|milestone|unit|projection):[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(140)
    .exactOptional()
    .describe('Only changes of this, e.g. metric:vacated-premises-handed-over-area'),
});
type ActivityQuery = z.infer<typeof ActivityQuerySchema>;

const ChangesQuerySchema = z.strictObject({
  after: PositionSchema.default('0').describe('Exclusive; "0" = from the start'),
  limit: countParameter(1_000, 100, 'Changes a page'),
});
type ChangesQuery = z.infer<typeof ChangesQuerySchema>;

const ChangesPageSchema = z
  .object({
    items: z.array(CloudEventSchema),
    next: PositionSchema.describe('Pass as `after` next time'),
    more: z.boolean().describe('Whether there may be more now'),
  })
  .meta({ id: 'ChangesPage' });

@ApiTags('changes')
@Controller('v1')
export class ChangesController {
  constructor(
    private readonly desk: ReadDesk,
    private readonly queries: QueryBus,
    @Inject(LEDGER_ORIGIN) private readonly origin: string,
  ) {}

  @Get('activity')
  @DescribeRead('What changed, newest first', ActivityPageSchema)
  async activity(
    @Query({ schema: ActivityQuerySchema }) query: ActivityQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [kind, id] = query.subject?.split(':') ?? [];
    const asked = { ...query, needs: NEEDS.activity };
    await this.desk.page(request, reply, asked, (page) => {
      const subject = kind !== undefined && id !== undefined ? { kind, id } : undefined;
      return new ListActivity({ ...page, ...(subject !== undefined && { subject }) });
    });
  }

  /** The poll twin of the live stream: the same changes with identical bodies. */
  @Get('changes')
  @DescribeRead('What changed after a position, oldest first', ChangesPageSchema)
  async changes(
    @Query({ schema: ChangesQuerySchema }) { after, limit }: ChangesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const changes = await this.queries.execute(new ListChanges({ after, limit }));
    const body = JSON.stringify({
      items: changes.map((change) => asCloudEvent(change, this.origin)),
      next: changes.at(-1)?.position ?? after,
      more: changes.length === limit,
    });
    reply.header('cache-control', 'private, no-cache');
    sendJson(request, reply, body, bodyTag(body));
  }
}
