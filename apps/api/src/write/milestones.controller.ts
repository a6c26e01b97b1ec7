import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteMilestone } from '@ledger/application';
import { DescribeWrite } from '../http/describe.js';
import { verb } from '../http/verb.js';
import { WriteDesk } from '../http/write-desk.js';
import {
  type IdPath,
  IdPathSchema,
  type MilestoneStatusReport,
  MilestoneStatusReportSchema,
  type PlanMilestone,
  PlanMilestoneSchema,
  type RevokeMilestone,
  RevokeMilestoneSchema,
} from './schemas.js';

const inBody = { places: { '/milestone': '/id', '/plan': '' } };
const inPath = { places: { '/milestone': { parameter: 'id' } } };

@ApiTags('milestones')
@Controller('v1/milestones')
export class MilestonesWriteController {
  constructor(private readonly desk: WriteDesk) {}

  @Post()
  @DescribeWrite('Plan a milestone')
  async plan(
    @Body({ schema: PlanMilestoneSchema }) body: PlanMilestone,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inBody, ({ id, ...plan }, context) => {
      return new WriteMilestone({ type: 'PlanMilestone', milestone: id, plan }, context);
    });
  }

  @Post(verb('id', 'reportOngoing'))
  @DescribeWrite('Report that work on a milestone goes on')
  async reportOngoing(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: MilestoneStatusReportSchema }) body: MilestoneStatusReport,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMilestone(
        { type: 'ReportMilestoneOngoing', milestone: id, ...asked },
        context,
      );
    });
  }

  @Post(verb('id', 'reach'))
  @DescribeWrite('Report that a milestone is reached; needs evidence or a located source')
  async reach(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: MilestoneStatusReportSchema }) body: MilestoneStatusReport,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMilestone({ type: 'ReachMilestone', milestone: id, ...asked }, context);
    });
  }

  @Post(verb('id', 'revoke'))
  @DescribeWrite('Take back that a milestone was reached')
  async revoke(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: RevokeMilestoneSchema }) body: RevokeMilestone,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.desk.take({ request, reply, body }, inPath, (asked, context) => {
      return new WriteMilestone({ type: 'RevokeMilestone', milestone: id, ...asked }, context);
    });
  }
}
