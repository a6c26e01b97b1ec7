import fc from 'fast-check';
import { decodeEntry, encodeEntry, readStoredEntry, type EntryEvent } from './entry.js';
import type { JsonObject } from './envelope.js';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
console.log(`entry.spec: FC_SEED=${seed}`);

const place = { position: '8', sequence: 7 };
const event: EntryEvent = {
  id: '0199e1a0-0000-7000-8000-000000000001',
  type: 'ObservationReported',
  stream: 'metric-vacated-premises-handed-over-area',
  revision: 4,
  data: { quantity: { unit: 'm2', amount: '681000', printed: '68.1万平方米' }, asOf: '2021-08-26' },
  metadata: {
    schema: 1,
    recordedAt: '2026-11-24T08:00:00.123Z',
    actor: { id: 'clerk-1', unit: '光明区改革办', role: 'recorder' },
    correlationId: 'c',
    commandId: 'k',
    commandHash: 'ab',
  },
};
const text =
  '{"data":{"asOf":"2021-08-26","quantity":{"amount":"681000","printed":"68.1万平方米","unit":"m2"}},' +
  '"id":"0199e1a0-0000-7000-8000-000000000001",' +
  '"metadata":{"actor":{"id":"clerk-1","role":"recorder","unit":"光明区改革办"},"commandHash":"ab",' +
  '"commandId":"k","correlationId":"c","recordedAt":"2026-11-24T08:00:00.123Z","schema":1},' +
  '"revision":4,"stream":"metric-vacated-premises-handed-over-area",' +
  '"type":"ObservationReported","v":1}';

describe('an entry', () => {
  it('has one spelling, which may never change', () => {
    expect(encodeEntry(event)).toBe(text);
  });

  it('decodes to the event that it was encoded from, and its place', () => {
    const decoded = { ...event, ...place, entry: text };

    expect(decodeEntry(text, place)).toEqual(decoded);
    expect(readStoredEntry(text, place)).toEqual(decoded);
  });

  it('survives encode and decode whatever its data', () => {
    const clean = (value: string) => value.normalize('NFC').replaceAll('\0', '');
    const word = fc.string({ unit: 'binary' }).map(clean);
    const key = word.filter((name) => !/^(?:0|[1-9]\d*)$/.test(name) && name !== '__proto__');
    const { data } = fc.letrec<{ data: JsonObject }>((tie) => ({
      data: fc.dictionary(
        key,
        fc.oneof({ depthSize: 'small' }, word, fc.maxSafeInteger(), fc.boolean(), tie('data')),
      ),
    }));

    fc.assert(
      fc.property(data, fc.uuid(), fc.nat(), (someData, id, revision) => {
        const encoded = encodeEntry({ ...event, data: someData, id, revision });
        const decoded = decodeEntry(encoded, place);

        expect(decoded).toEqual({
          ...event,
          data: someData,
          id,
          revision,
          ...place,
          entry: encoded,
        });
        expect(JSON.stringify(JSON.parse(encoded))).toBe(encoded);
      }),
      { seed, numRuns: 500 },
    );
  });

  it.each([
    ['white space', text.replace(':4,', ': 4,')],
    ['another order of keys', `{"v":1,${text.slice(1, -7)}}`],
    ['a key that stands twice', text.replace('"asOf"', '"asOf":"2020-01-01","asOf"')],
    ['an unneeded escape', text.replace('clerk', '\\u0063lerk')],
    ['a number with a fraction of zero', text.replace('"schema":1', '"schema":1.0')],
    ['minus zero', text.replace('"revision":4', '"revision":-0')],
    ['digits that JavaScript drops', text.replace('"681000"', '681000.00000000000001')],
    ['a member too many', text.replace('"id"', '"extra":1,"id"')],
    ['a line end', `${text}\n`],
    ['a byte order mark', `\ufeff${text}`],
    ['half of it', text.slice(0, 100)],
    ['another version', text.replace('"v":1', '"v":2')],
    ['no data', text.replace(/"data":\{.*?\}\},/, '"data":[],')],
    ['no actor', text.replace(/"actor":\{.*?\},/, '')],
    ['nothing', ''],
  ])('is not decoded from a text with %s', (_, altered) => {
    expect(altered).not.toBe(text);
    expect(() => decodeEntry(altered, place)).toThrow(
      expect.objectContaining({ code: 'ENTRY_NOT_CANONICAL' }),
    );
  });
});
