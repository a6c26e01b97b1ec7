import { formatRecordedAt, parseRecordedAt, RecordedAtStamper } from './recorded-at.js';

describe('the times at which the ledger takes events', () => {
  it('follow the clock, and stand still where the clock goes back', () => {
    let now = 1_000;
    const stamper = new RecordedAtStamper(() => now, 500);
    const take = (at: number) => {
      now = at;
      const stamp = stamper.now();
      stamper.advance(stamp);
      return stamp;
    };

    expect([1_000, 2_000, 1_500, -5, 2_001].map(take)).toEqual([1_000, 2_000, 2_000, 2_000, 2_001]);
  });

  it('start from the last one in the log', () => {
    expect(new RecordedAtStamper(() => 1_000, 9_000).now()).toBe(9_000);
  });

  it('forget a time that did not get into the log', () => {
    const stamper = new RecordedAtStamper(() => 1_000, 500);
    stamper.advance(9_000);
    stamper.settle(700);

    expect(stamper.now()).toBe(1_000);
  });

  it('have one spelling', () => {
    const text = '2026-11-24T08:00:00.123Z';

    expect(formatRecordedAt(parseRecordedAt(text))).toBe(text);
    expect(formatRecordedAt(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each([
    '2026-11-24T08:00:00Z',
    '2026-11-24T08:00:00.123456Z',
    '2026-11-24T08:00:00.123+00:00',
    '2026-11-24 08:00:00.123Z',
    '2026-02-29T08:00:00.000Z',
    '2026-13-01T08:00:00.000Z',
    '2026-11-24T24:00:00.000Z',
    '',
  ])('are not spelled "%s"', (text) => {
    expect(() => parseRecordedAt(text)).toThrow(
      expect.objectContaining({ code: 'APPEND_INVALID' }),
    );
  });
});
