import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteUnit } from '@ledger/application';
import { DescribeWrite } from '../http/describe.js';
import { verb } from '../http/verb.js';
import { WriteDesk } from '../http/write-desk.js';
import {
  type IdPath,
  IdPathSchema,
  type RegisterUnit,
  RegisterUnitSchema,
  type RenameUnit,
  RenameUnitSchema,
} from './schemas.js';

const inBody = { places: { '/unit': '/id' } };
const inPath = { places: { '/unit': { parameter: 'id' } } };

@ApiTags('units')
@Controller('v1/units')
export class UnitsWriteController {
  constructor(private readonly desk: WriteDesk) {}

  @Post()
  @DescribeWrite('Register a unit')
  async register(
    @Body({ schema: RegisterUnitSchema }) body: RegisterUnit,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inBody, ({ id, ...asked }, context) => {
      return new WriteUnit({ type: 'RegisterUnit', unit: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'rename'))
  @DescribeWrite('Rename a unit')
  async rename(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: RenameUnitSchema }) body: RenameUnit,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteUnit({ type: 'RenameUnit', unit: id, ...asked }, context);
    });
  }
}
