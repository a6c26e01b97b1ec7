import { packAppends, packOutcomes, unpackAppends, unpackOutcomes } from './messages.js';
import { prepared, reported, stream } from './test-kit.js';
import type { Outcome } from './writer-connection.js';

describe('what crosses between the log and its writer', () => {
  it('brings appends across as they were', () => {
    const appends = [
      prepared(stream, -1),
      prepared('unit-office', 6, [reported('一'), reported(''), reported('12')]),
    ];

    const crossed = structuredClone(packAppends(appends));

    expect(unpackAppends(crossed)).toEqual(appends);
    expect(unpackAppends([])).toEqual([]);
  });

  it('brings outcomes across as they were', () => {
    const outcomes: Outcome[] = [
      { position: 1 },
      { position: 2, entries: ['{}'] },
      { failure: { code: 'CONFLICT', message: 'x', details: { actualRevision: 'none' } } },
    ];

    expect(unpackOutcomes(structuredClone(packOutcomes(outcomes)))).toEqual(outcomes);
  });
});
