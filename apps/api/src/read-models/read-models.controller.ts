import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MODEL_NAMES } from '@ledger/read-models';
import { DescribeProblem } from '../http/describe.js';
import { ApiProblem } from '../http/problem.js';
import { bodyTag, sendJson } from '../http/read-desk.js';
import { ReadModelsReport } from './read-models-report.js';
import { ReadModelSchema, ReadModelsSchema } from './schemas.js';

const NamePathSchema = z.strictObject({ name: z.string().max(120) });
type NamePath = z.infer<typeof NamePathSchema>;
const NothingSchema = z.strictObject({});

/** How the read models fare, each certified by the state hash that a replay must arrive at. */
@ApiTags('operations')
@Controller('v1/read-models')
export class ReadModelsController {
  constructor(private readonly report: ReadModelsReport) {}

  @Get()
  @ApiOperation({
    summary: 'The read models: how far each is, what it is, and the last rebuild',
    description: 'As the projector last told: at most a quarter of a second old.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'The answer', standardSchema: ReadModelsSchema })
  @ApiResponse({ status: 304, description: 'The caller has it already' })
  @DescribeProblem(422, 'There are no parameters')
  async all(
    @Query({ schema: NothingSchema }) _query: object,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answer(request, reply, await this.report.all());
  }

  @Get(':name')
  @ApiOperation({ summary: 'One read model' })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'The answer', standardSchema: ReadModelSchema })
  @ApiResponse({ status: 304, description: 'The caller has it already' })
  @DescribeProblem(404, 'No such read model')
  @DescribeProblem(422, 'A parameter is not valid')
  async one(
    @Param({ schema: NamePathSchema }) { name }: NamePath,
    @Query({ schema: NothingSchema }) _query: object,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const model = await this.report.one(name);
    if (model === undefined) throw unknown(name);
    answer(request, reply, model);
  }
}

function answer(request: FastifyRequest, reply: FastifyReply, said: object): void {
  const body = JSON.stringify(said);
  const tag = bodyTag(body);
  reply.header('cache-control', 'private, no-cache').header('etag', tag);
  sendJson(request, reply, body, tag);
}

function unknown(name: string): ApiProblem {
  const names = MODEL_NAMES.join(', ');
  return new ApiProblem([
    {
      parameter: 'name',
      code: 'READ_MODEL_UNKNOWN',
      message: { zh: `没有读模型 ${name}`, en: `There is no read model ${name}` },
      hint: { zh: `读模型有：${names}`, en: `There are ${names}` },
      received: name,
    },
  ]);
}
