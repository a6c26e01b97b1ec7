import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteMetric } from '@ledger/application';
import { DescribeWrite } from '../http/describe.js';
import { verb } from '../http/verb.js';
import { WriteDesk } from '../http/write-desk.js';
import {
  type DeclareBreak,
  DeclareBreakSchema,
  type DefineMetric,
  DefineMetricSchema,
  type IdPath,
  IdPathSchema,
  type RetireMetric,
  RetireMetricSchema,
  type ReviseDefinition,
  ReviseDefinitionSchema,
} from './schemas.js';

const inBody = { places: { '/metric': '/id', '/definition': '' } };
const inPath = { places: { '/metric': { parameter: 'id' } } };

@ApiTags('metrics')
@Controller('v1/metrics')
export class MetricsWriteController {
  constructor(private readonly desk: WriteDesk) {}

  @Post()
  @DescribeWrite('Define a metric')
  async define(
    @Body({ schema: DefineMetricSchema }) body: DefineMetric,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inBody, ({ id, ...definition }, context) => {
      return new WriteMetric({ type: 'DefineMetric', metric: id, definition }, context);
    });
  }

  @Post(verb('id', 'reviseDefinition'))
  @DescribeWrite('Revise the definition of a metric from a day on')
  async reviseDefinition(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: ReviseDefinitionSchema }) body: ReviseDefinition,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMetric({ type: 'ReviseMetricDefinition', metric: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'declareBreak'))
  @DescribeWrite('Declare that from a day on the series is another one')
  async declareBreak(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: DeclareBreakSchema }) body: DeclareBreak,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMetric({ type: 'DeclareSeriesBreak', metric: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'retire'))
  @DescribeWrite('Retire a metric: it keeps its figures and takes no more')
  async retire(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: RetireMetricSchema }) body: RetireMetric,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMetric({ type: 'RetireMetric', metric: id, ...asked }, context);
    });
  }
}
