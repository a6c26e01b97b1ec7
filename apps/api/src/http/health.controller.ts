import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { GetLogHead } from '@ledger/application';
import type { LogState } from '@ledger/event-log';
import type { ProjectionState } from '../projector-thread.js';
import { ReadModelsReport } from '../read-models/read-models-report.js';
import { ReadModelSchema } from '../read-models/schemas.js';
import { PositionSchema } from './schemas.js';

/** Answers what the server knows of its projector. */
export const PROJECTION_STATE = Symbol('ProjectionState');
/** Answers how the log fares. */
export const LOG_STATE = Symbol('LogState');

const TamperSignalSchema = z
  .object({
    what: z.string(),
    stream: z.string().optional(),
    position: PositionSchema.optional(),
  })
  .meta({ id: 'TamperSignal' });

const ReadinessSchema = z
  .object({
    status: z
      .enum(['ready', 'degraded', 'notReady'])
      .describe(
        'degraded: serves, but a read model stands still, or the views are of another version ' +
          'and cannot be rebuilt; somebody must look',
      ),
    log: z.object({
      open: z.boolean(),
      head: PositionSchema.nullable(),
      problem: z.string().optional().describe('Why the log cannot be reached or written now'),
      tamperSignals: z
        .array(TamperSignalSchema)
        .describe('What no writer of the ledger does and yet stands in its store; never repaired'),
    }),
    projection: z.object({
      running: z.boolean(),
      position: PositionSchema,
      lagEvents: z.int().nullable().describe('Events in the log that the views have not taken in'),
    }),
    models: z.array(
      ReadModelSchema.pick({ name: true, status: true }).extend({
        problem: z.string().exactOptional().describe('Why it stands still'),
      }),
    ),
    views: z.object({
      build: z.string(),
      outdated: z.string().exactOptional().describe('Why they are rebuilt, and how that goes'),
    }),
  })
  .meta({ id: 'Readiness' });
type Readiness = z.infer<typeof ReadinessSchema>;

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(PROJECTION_STATE) private readonly projection: () => ProjectionState,
    @Inject(LOG_STATE) private readonly log: () => LogState,
    private readonly models: ReadModelsReport,
  ) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the log is open and the projection runs, and its lag' })
  @ApiResponse({ status: 200, description: 'Ready or degraded', standardSchema: ReadinessSchema })
  @ApiResponse({ status: 503, description: 'Not ready', standardSchema: ReadinessSchema })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const readiness = await this.readiness();
    await reply
      .code(readiness.status === 'notReady' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(readiness);
  }

  private async readiness(): Promise<Readiness> {
    const head = await this.queries.execute(new GetLogHead()).catch(() => undefined);
    const { running, position, sequence } = this.projection();
    const { reachable, problem, tamperSignals } = this.log();
    const isServing = head !== undefined && reachable && running;
    return {
      status: !isServing ? 'notReady' : this.models.isDegraded ? 'degraded' : 'ready',
      log: {
        open: head !== undefined,
        head: head?.position ?? null,
        ...(problem !== undefined && { problem }),
        tamperSignals,
      },
      projection: {
        running,
        position,
        lagEvents: head === undefined ? null : Math.max(0, head.sequence - sequence),
      },
      models: this.models.health(),
      views: this.models.views(),
    };
  }
}
