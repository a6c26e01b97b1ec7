import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  KnownOn,
  MetricView,
  MilestoneView,
  Page,
  MilestonesRequest,
  PageOnRequest,
  ReformView,
  UnitView,
  Views,
} from '@ledger/read-models';
import { VIEWS } from './tokens.js';

// What is registered: one thing by its id (undefined when the ledger knew none), or a page of them.

type One = KnownOn & { id: string };

export class GetMetric extends Query<MetricView | undefined> {
  constructor(readonly request: One) {
    super();
  }
}
export class ListMetrics extends Query<Page<MetricView>> {
  constructor(readonly request: PageOnRequest & { reform?: string; kind?: string }) {
    super();
  }
}
export class GetReform extends Query<ReformView | undefined> {
  constructor(readonly request: One) {
    super();
  }
}
export class ListReforms extends Query<Page<ReformView>> {
  constructor(readonly request: PageOnRequest) {
    super();
  }
}
export class GetMilestone extends Query<MilestoneView | undefined> {
  constructor(readonly request: One) {
    super();
  }
}
export class ListMilestones extends Query<Page<MilestoneView>> {
  constructor(readonly request: MilestonesRequest) {
    super();
  }
}
export class GetUnit extends Query<UnitView | undefined> {
  constructor(readonly request: One) {
    super();
  }
}
export class ListUnits extends Query<Page<UnitView>> {
  constructor(readonly request: PageOnRequest) {
    super();
  }
}

@QueryHandler(GetMetric)
export class GetMetricHandler implements IQueryHandler<GetMetric> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetMetric): Promise<MetricView | undefined> {
    return this.views.metric(request);
  }
}

@QueryHandler(ListMetrics)
export class ListMetricsHandler implements IQueryHandler<ListMetrics> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListMetrics): Promise<Page<MetricView>> {
    return this.views.metrics(request);
  }
}

@QueryHandler(GetReform)
export class GetReformHandler implements IQueryHandler<GetReform> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetReform): Promise<ReformView | undefined> {
    return this.views.reform(request);
  }
}

@QueryHandler(ListReforms)
export class ListReformsHandler implements IQueryHandler<ListReforms> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListReforms): Promise<Page<ReformView>> {
    return this.views.reforms(request);
  }
}

@QueryHandler(GetMilestone)
export class GetMilestoneHandler implements IQueryHandler<GetMilestone> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetMilestone): Promise<MilestoneView | undefined> {
    return this.views.milestone(request);
  }
}

@QueryHandler(ListMilestones)
export class ListMilestonesHandler implements IQueryHandler<ListMilestones> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListMilestones): Promise<Page<MilestoneView>> {
    return this.views.milestones(request);
  }
}

@QueryHandler(GetUnit)
export class GetUnitHandler implements IQueryHandler<GetUnit> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetUnit): Promise<UnitView | undefined> {
    return this.views.unit(request);
  }
}

@QueryHandler(ListUnits)
export class ListUnitsHandler implements IQueryHandler<ListUnits> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListUnits): Promise<Page<UnitView>> {
    return this.views.units(request);
  }
}

export const catalogueHandlers = [
  GetMetricHandler,
  ListMetricsHandler,
  GetReformHandler,
  ListReformsHandler,
  GetMilestoneHandler,
  ListMilestonesHandler,
  GetUnitHandler,
  ListUnitsHandler,
];
