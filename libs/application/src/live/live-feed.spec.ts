import { CqrsModule, EventBus, ofType } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { ChangesProjected, LiveFeed } from './live-feed.js';

describe('live feed', () => {
  let feed: LiveFeed;
  let published: ChangesProjected[];

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [LiveFeed],
    }).compile();
    await module.init();
    feed = module.get(LiveFeed);
    published = [];
    module
      .get(EventBus)
      .pipe(ofType(ChangesProjected))
      .subscribe((batch) => published.push(batch));
  });

  it('publishes what was projected on the event bus', () => {
    feed.publish({ changes: [], after: '6', position: '7' });

    expect(published).toEqual([new ChangesProjected([], '6', '7')]);
  });

  it('wakes who waits for a position as soon as a batch reaches it, by value and not as text', async () => {
    const reached: string[] = [];
    const waiting = ['9', '10', '11'].map(async (position) => {
      if (await feed.waitFor(position, 10_000)) reached.push(position);
    });

    feed.publish({ changes: [], after: '7', position: '8' });
    await Promise.resolve();
    expect(reached).toEqual([]);
    feed.publish({ changes: [], after: '8', position: '10' });
    await Promise.all(waiting.slice(0, 2));
    expect(reached).toEqual(['9', '10']);
    feed.publish({ changes: [], after: '100', position: '100' });
    await Promise.all(waiting);

    expect(reached).toEqual(['9', '10', '11']);
  });

  it('gives up after the time that was given', async () => {
    await expect(feed.waitFor('1', 1)).resolves.toBe(false);
  });
});
