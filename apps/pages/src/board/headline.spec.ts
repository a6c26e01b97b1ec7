import { sayFrom } from '../text/catalogue.js';
import { en } from '../text/en.js';
import { zh } from '../text/zh.js';
import { articleAreas, boardOf, landBoard, metric, milestone } from './fixtures.js';
import { correctedOn, headline, milestoneCounts, shanghaiDay } from './headline.js';
import type { Segment } from './headline.js';

const text = (segments: Segment[]) => segments.map((segment) => segment.text).join('');

describe('the headline sentence', () => {
  it('says the article in Chinese', () => {
    expect(text(headline(landBoard(), 'zh', sayFrom(zh)))).toBe(
      '土地二次开发\uff1a签约115万㎡\uff0c腾空68.1万㎡\uff0c拆除63万㎡\uff1b移交施工用地25.5万㎡。',
    );
  });

  it('says the article in English', () => {
    expect(text(headline(landBoard(), 'en', sayFrom(en)))).toBe(
      'Land redevelopment: 1,150,000 m² under signed agreements, 681,000 m² vacated, ' +
        '630,000 m² demolished; 255,000 m² of construction land handed over.',
    );
  });

  it('leads from each figure to its place', () => {
    const items = headline(landBoard(), 'zh', sayFrom(zh)).flatMap(({ item }) => item ?? []);
    expect(items).toHaveLength(4);
    expect(items[1]).toBe('vacated-premises-handed-over-area');
  });

  it('keeps the qualifier and leaves out what is missing', () => {
    // given
    const signed = { ...articleAreas.signed, qualifier: 'moreThan' } as const;
    const board = landBoard({ signed, vacated: undefined, land: undefined });
    // when
    const sentence = text(headline(board, 'zh', sayFrom(zh)));
    // then
    expect(sentence).toBe('土地二次开发\uff1a签约115余万㎡\uff0c拆除63万㎡。');
  });

  it('stays silent when there is no figure at all', () => {
    expect(headline(boardOf([]), 'zh', sayFrom(zh))).toEqual([]);
    const none = { signed: undefined, vacated: undefined, demolished: undefined, land: undefined };
    expect(headline(landBoard(none), 'zh', sayFrom(zh))).toEqual([]);
  });
});

describe('milestones in numbers', () => {
  it('counts only statuses that occur, completed ones first', () => {
    const board = boardOf([
      milestone('a', { status: 'ongoing' }),
      milestone('b'),
      milestone('c'),
      metric('d', undefined),
    ]);
    expect(milestoneCounts(board)).toEqual([
      { status: 'reached', count: 2 },
      { status: 'ongoing', count: 1 },
    ]);
  });
});

describe('corrections of the day', () => {
  it('counts by the calendar day of Shanghai', () => {
    // given a correction at half past midnight in Shanghai
    const board = landBoard();
    const vacated = board.highlights[0]?.items[1];
    if (vacated?.kind !== 'metric') throw new Error('the fixture has no vacated area');
    vacated.values = vacated.values.map((value) => ({
      ...value,
      corrected: true,
      recordedAt: '2026-11-23T16:30:00.000Z',
    }));
    // when / then
    expect(correctedOn(board, '2026-11-24').map(({ id }) => id)).toEqual([vacated.id]);
    expect(correctedOn(board, '2026-11-23')).toEqual([]);
    expect(shanghaiDay('2026-11-23T15:59:59.999Z')).toBe('2026-11-23');
  });

  it('does not count figures that were only reported', () => {
    expect(correctedOn(landBoard(), '2026-11-24')).toEqual([]);
  });
});
