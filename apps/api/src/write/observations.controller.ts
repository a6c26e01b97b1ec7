import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { WriteMetric } from '@ledger/application';
import { DescribeWrite } from '../http/describe.js';
import { verb } from '../http/verb.js';
import { WriteDesk } from '../http/write-desk.js';
import {
  type CorrectObservation,
  CorrectObservationSchema,
  type IdPath,
  IdPathSchema,
  type ObservationPath,
  ObservationPathSchema,
  type ReportObservation,
  ReportObservationSchema,
  valueOf,
  type WithdrawObservation,
  WithdrawObservationSchema,
} from './schemas.js';

const metricInPath = { '/metric': { parameter: 'id' } };

@ApiTags('observations')
@Controller('v1/metrics/:id/observations')
export class ObservationsWriteController {
  constructor(private readonly desk: WriteDesk) {}

  @Post()
  @DescribeWrite('Report a figure; the answer says what was understood')
  async report(
    @Param({ schema: IdPathSchema }) { id }: IdPath,
    @Body({ schema: ReportObservationSchema }) body: ReportObservation,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { value, at } = valueOf(body);
    const places = { ...metricInPath, '/value': at };
    await this.desk.take({ request, reply, body }, { places }, (asked, context) => {
      const { quantity: _quantity, label: _label, ...rest } = asked;
      return new WriteMetric({ type: 'ReportObservation', metric: id, ...rest, value }, context);
    });
  }

  @Post(verb('eventId', 'correct'))
  @DescribeWrite('Correct a figure: both values stand, with the reason', 'required')
  async correct(
    @Param({ schema: ObservationPathSchema }) { id, eventId }: ObservationPath,
    @Body({ schema: CorrectObservationSchema }) body: CorrectObservation,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { value, at } = valueOf(body);
    const places = { ...metricInPath, '/corrects': { parameter: 'eventId' }, '/value': at };
    await this.desk.take(
      { request, reply, body },
      { ifMatch: 'required', places },
      (asked, context) => {
        const { quantity: _quantity, label: _label, ...rest } = asked;
        return new WriteMetric(
          { type: 'CorrectObservation', metric: id, corrects: eventId, ...rest, value },
          context,
        );
      },
    );
  }

  @Post(verb('eventId', 'withdraw'))
  @DescribeWrite('Withdraw a figure: it stays readable as known before', 'required')
  async withdraw(
    @Param({ schema: ObservationPathSchema }) { id, eventId }: ObservationPath,
    @Body({ schema: WithdrawObservationSchema }) body: WithdrawObservation,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const places = { ...metricInPath, '/withdraws': { parameter: 'eventId' } };
    await this.desk.take(
      { request, reply, body },
      { ifMatch: 'required', places },
      (asked, context) => {
        return new WriteMetric(
          { type: 'WithdrawObservation', metric: id, withdraws: eventId, ...asked },
          context,
        );
      },
    );
  }
}
