import fc from 'fast-check';
import { instantOf } from './instant.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`instant.spec: FC_SEED=${seed}`);

describe('the instant of a recordedAt', () => {
  it('is that of Date.parse, for every day and time', () => {
    const noInvalidDate = true;
    const min = new Date('1970-01-01T00:00:00.000Z');
    const max = new Date('9999-12-31T23:59:59.999Z');

    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate }), (date) => {
        expect(instantOf(date.toISOString())).toBe(date.getTime());
      }),
      { seed },
    );
  });
});
