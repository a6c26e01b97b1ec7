import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  Funnel,
  KnownOn,
  SeriesOfMetric,
  SeriesRequest,
  Timeline,
  TimelineRequest,
  Views,
} from '@ledger/read-models';
import { VIEWS } from './tokens.js';

/** The series of one metric with their points; undefined when the ledger knew no such metric. */
export class GetSeries extends Query<SeriesOfMetric | undefined> {
  constructor(readonly request: SeriesRequest) {
    super();
  }
}

/** Metrics as stages of a funnel, in the order asked for. */
export class GetFunnel extends Query<Funnel> {
  constructor(readonly request: KnownOn & { metrics: readonly string[] }) {
    super();
  }
}

/** A page of the statements about one metric; undefined when the ledger knew no such metric. */
export class ListTimeline extends Query<(Timeline & { next: string | null }) | undefined> {
  constructor(readonly request: TimelineRequest & { after?: string; limit: number }) {
    super();
  }
}

@QueryHandler(GetSeries)
export class GetSeriesHandler implements IQueryHandler<GetSeries> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetSeries): Promise<SeriesOfMetric | undefined> {
    return this.views.seriesOf(request);
  }
}

@QueryHandler(GetFunnel)
export class GetFunnelHandler implements IQueryHandler<GetFunnel> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetFunnel): Promise<Funnel> {
    return this.views.funnel(request);
  }
}

@QueryHandler(ListTimeline)
export class ListTimelineHandler implements IQueryHandler<ListTimeline> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({
    request,
  }: ListTimeline): Promise<(Timeline & { next: string | null }) | undefined> {
    return this.views.timelinePage(request);
  }
}

export const seriesHandlers = [GetSeriesHandler, GetFunnelHandler, ListTimelineHandler];
