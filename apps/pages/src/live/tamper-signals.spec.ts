import { tamperSignalsIn } from './tamper-signals.js';

describe('the tamper signals in an answer of health', () => {
  it('are their sentences, also when the server is not ready', () => {
    const log = { open: true, head: '9', tamperSignals: [{ what: 'Stream metric-a was cut.' }] };

    expect(tamperSignalsIn({ status: 'notReady', log })).toEqual(['Stream metric-a was cut.']);
    expect(tamperSignalsIn({ log: { tamperSignals: [] } })).toEqual([]);
  });

  it.each([[null], ['Bad gateway'], [{}], [{ log: null }], [{ log: { tamperSignals: 'no' } }]])(
    'are not known from %j',
    (answer) => {
      expect(tamperSignalsIn(answer)).toBeUndefined();
    },
  );
});
