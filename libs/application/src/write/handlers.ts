import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LedgerWriter } from './ledger-writer.js';
import type { Receipt } from './receipt.js';
import {
  WriteMetric,
  WriteMilestone,
  WriteProjection,
  WriteReform,
  WriteUnit,
} from './requests.js';

// One handler an aggregate: the seam between HTTP and the ledger.

@CommandHandler(WriteMetric)
export class WriteMetricHandler implements ICommandHandler<WriteMetric, Receipt> {
  constructor(@Inject(LedgerWriter) private readonly writer: LedgerWriter) {}

  execute({ request, context }: WriteMetric): Promise<Receipt> {
    return this.writer.metrics.write(request.metric, request, context);
  }
}

@CommandHandler(WriteMilestone)
export class WriteMilestoneHandler implements ICommandHandler<WriteMilestone, Receipt> {
  constructor(@Inject(LedgerWriter) private readonly writer: LedgerWriter) {}

  execute({ request, context }: WriteMilestone): Promise<Receipt> {
    return this.writer.milestones.write(request.milestone, request, context);
  }
}

@CommandHandler(WriteReform)
export class WriteReformHandler implements ICommandHandler<WriteReform, Receipt> {
  constructor(@Inject(LedgerWriter) private readonly writer: LedgerWriter) {}

  execute({ request, context }: WriteReform): Promise<Receipt> {
    return this.writer.reforms.write(request.reform, request, context);
  }
}

@CommandHandler(WriteUnit)
export class WriteUnitHandler implements ICommandHandler<WriteUnit, Receipt> {
  constructor(@Inject(LedgerWriter) private readonly writer: LedgerWriter) {}

  execute({ request, context }: WriteUnit): Promise<Receipt> {
    return this.writer.units.write(request.unit, request, context);
  }
}

@CommandHandler(WriteProjection)
export class WriteProjectionHandler implements ICommandHandler<WriteProjection, Receipt> {
  constructor(@Inject(LedgerWriter) private readonly writer: LedgerWriter) {}

  execute({ request, context }: WriteProjection): Promise<Receipt> {
    return this.writer.projections.write(request.projection, request, context);
  }
}

export const writeHandlers = [
  WriteMetricHandler,
  WriteMilestoneHandler,
  WriteReformHandler,
  WriteUnitHandler,
  WriteProjectionHandler,
];
