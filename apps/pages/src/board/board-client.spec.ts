import { answerOf } from './board-client.js';
import { landBoard } from './fixtures.js';

describe('an answer of the API', () => {
  it('is a board', () => {
    const board = landBoard();
    expect(answerOf(200, null, JSON.stringify(board))).toEqual({ board });
  });

  it('is a problem with its words, its hints and the time to wait', () => {
    // given
    const body = {
      type: 'https://example.org/problems/projection-behind',
      title: '读模型尚未追上',
      status: 503,
      detail: '已到 #120',
      code: 'PROJECTION_BEHIND',
      requestId: 'r-1',
      errors: [
        { parameter: 'minPosition', message: '位置 #132 尚未汇总。', hint: '请稍后重试。' },
        { parameter: 'minPosition', message: '已到 #120', hint: '或去掉 minPosition。' },
        7,
      ],
    };
    // when
    const answer = answerOf(503, '2', JSON.stringify(body));
    // then
    expect(answer).toEqual({
      problem: {
        kind: 'refused',
        status: 503,
        title: '读模型尚未追上',
        detail: '已到 #120',
        code: 'PROJECTION_BEHIND',
        requestId: 'r-1',
        // The detail is not said twice.
        hints: ['位置 #132 尚未汇总。 请稍后重试。', '或去掉 minPosition。'],
        retryAfterMs: 2000,
      },
    });
  });

  it.each([
    [200, '<!doctype html>'],
    [200, '{"items":[]}'],
    [502, 'Bad Gateway'],
    [500, '[]'],
    [304, ''],
  ])('with status %d and body %s is unreadable', (status, text) => {
    expect(answerOf(status, null, text)).toEqual({
      problem: { kind: 'unreadable', status, hints: [] },
    });
  });

  it('ignores a Retry-After that is no number of seconds', () => {
    const answer = answerOf(503, 'Wed, 21 Oct 2026 07:28:00 GMT', '{"title":"x"}');
    expect(answer).toEqual({
      problem: { kind: 'refused', status: 503, title: 'x', hints: [] },
    });
  });
});
