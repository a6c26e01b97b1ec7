import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteReform } from '@ledger/application';
import { DescribeWrite } from '../http/describe.js';
import { verb } from '../http/verb.js';
import { WriteDesk } from '../http/write-desk.js';
import {
  type AdvanceStage,
  AdvanceStageSchema,
  type AssignResponsibility,
  AssignResponsibilitySchema,
  type IdPath,
  IdPathSchema,
  type RegisterReform,
  RegisterReformSchema,
} from './schemas.js';

const inBody = { places: { '/reform': '/id' } };
const inPath = { places: { '/reform': { parameter: 'id' } } };

@ApiTags('reforms')
@Controller('v1/reforms')
export class ReformsWriteController {
  constructor(private readonly desk: WriteDesk) {}

  @Post()
  @DescribeWrite('Register a reform')
  async register(
    @Body({ schema: RegisterReformSchema }) body: RegisterReform,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inBody, ({ id, ...asked }, context) => {
      return new WriteReform({ type: 'RegisterReform', reform: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'advanceStage'))
  @DescribeWrite('Advance a reform to another stage')
  async advanceStage(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: AdvanceStageSchema }) body: AdvanceStage,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteReform({ type: 'AdvanceStage', reform: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'assignResponsibility'))
  @DescribeWrite('Say which unit leads a reform, with whom and until when')
  async assignResponsibility(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: AssignResponsibilitySchema }) body: AssignResponsibility,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteReform({ type: 'AssignResponsibility', reform: id, ...asked }, context);
    });
  }
}
