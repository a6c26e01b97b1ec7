import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { LocalDate } from '@ledger/domain';
import type { Board, Known, Views } from '@ledger/read-models';
import { VIEWS } from './tokens.js';

/** The figures that stand at a date, grouped by highlight. */
export class GetBoard extends Query<Board> {
  constructor(readonly request: Known & { validAt?: LocalDate }) {
    super();
  }
}

@QueryHandler(GetBoard)
export class GetBoardHandler implements IQueryHandler<GetBoard> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}
  async execute({ request }: GetBoard): Promise<Board> {
    return this.views.board(request);
  }
}

export const figureHandlers = [GetBoardHandler];
