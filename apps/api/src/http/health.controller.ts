import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { GetLogHead } from '@ledger/application';
import type { ProjectionState } from '../projector-thread.js';
import { PositionSchema } from './schemas.js';

/** Answers what the server knows of its projector. */

export const PROJECTION_STATE = Symbol('ProjectionState');

const ReadinessSchema = z
  .object({
    status: z.enum(['ready', 'notReady']),
    log: z.object({ open: z.boolean(), head: PositionSchema.nullable() }),
    projection: z.object({
      running: z.boolean(),
      position: PositionSchema,
      lagEvents: z.int().nullable().describe('Events in the log that the views have not taken in'),
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
  ) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether the process answers' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the log is open and the projection runs, and its lag' })
  @ApiResponse({ status: 200, description: 'Ready', standardSchema: ReadinessSchema })
  @ApiResponse({ status: 503, description: 'Not ready', standardSchema: ReadinessSchema })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const readiness = await this.readiness();
    await reply
      .code(readiness.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  }

  private async readiness(): Promise<Readiness> {
    const head = await this.queries.execute(new GetLogHead()).catch(() => undefined);
    const { running, position, sequence } = this.projection();
    return {
      status: head !== undefined && running ? 'ready' : 'notReady',
      log: { open: head !== undefined, head: head?.position ?? null },
      projection: {
        running,
        position,
        lagEvents: head === undefined ? null : Math.max(0, head.sequence - sequence),
      },
    };
  }
}
