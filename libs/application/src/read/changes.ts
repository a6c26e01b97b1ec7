import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Change, Page, PageRequest, Views } from '@ledger/read-models';
import { VIEWS } from './tokens.js';

/** What changed, newest first. */
export class ListActivity extends Query<Page<Change>> {
  constructor(readonly request: PageRequest & { subject?: { kind: string; id: string } }) {
    super();
  }
}

/** What changed after a position, oldest first: the poll twin of the live stream. */
export class ListChanges extends Query<Change[]> {
  constructor(readonly request: { after: string; limit: number }) {
    super();
  }
}

@QueryHandler(ListActivity)
export class ListActivityHandler implements IQueryHandler<ListActivity> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListActivity): Promise<Page<Change>> {
    return this.views.activity(request);
  }
}

@QueryHandler(ListChanges)
export class ListChangesHandler implements IQueryHandler<ListChanges> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: ListChanges): Promise<Change[]> {
    return this.views.changesAfter(request.after, request.limit);
  }
}

export const changeHandlers = [ListActivityHandler, ListChangesHandler];
