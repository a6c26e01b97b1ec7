import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Clock, EventLog } from '@ledger/event-log';
import type { Views } from '@ledger/read-models';
import { LiveFeed } from './live/live-feed.js';
import { readHandlers } from './read/read-handlers.js';
import { CLOCK, LOG_READER, VIEWS } from './read/tokens.js';
import { writeHandlers } from './write/handlers.js';
import { LedgerWriter } from './write/ledger-writer.js';

/** What the application runs on; whoever hosts it opens and closes them. */
export type ApplicationParts = { log: EventLog; views: Views; clock: Clock };

/** Commands, queries and the live feed over one log and one set of views. */
@Module({})
export class ApplicationModule {
  static register({ log, views, clock }: ApplicationParts): DynamicModule {
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: LOG_READER, useValue: log },
        { provide: VIEWS, useValue: views },
        { provide: CLOCK, useValue: clock },
        { provide: LedgerWriter, useFactory: () => new LedgerWriter({ log, views, clock }) },
        LiveFeed,
        ...writeHandlers,
        ...readHandlers,
      ],
      exports: [CqrsModule, LiveFeed, LedgerWriter],
    };
  }
}
