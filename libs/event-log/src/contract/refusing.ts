import type { JsonObject, NewEvent } from '../envelope.js';
import type { ExpectedRevision } from '../event-log.js';
import { everything, manyReported, reported, type Stage, stream } from './stage.js';

type Case = { stream?: string; expected?: ExpectedRevision; events?: NewEvent[] };

/** Each is refused whole, behind a good event, with nothing written. */
export function refusingContract(stage: Stage): void {
  it.each<[string, string, () => Case]>([
    ['no events', 'APPEND_INVALID', () => ({ events: [] })],
    ['1,001 events', 'APPEND_INVALID', () => ({ events: manyReported(1_001) })],
    ['an expected revision of -1', 'APPEND_INVALID', () => ({ expected: -1 })],
    ['an expected revision of 0.5', 'APPEND_INVALID', () => ({ expected: 0.5 })],
    ['an id that is no UUID', 'APPEND_INVALID', () => after({ id: 'event-1' })],
    ['an id in upper case', 'APPEND_INVALID', () => after({ id: upperCaseId })],
    ['an id that stands twice', 'APPEND_INVALID', () => twice(reported())],
    ['a type in lower case', 'APPEND_INVALID', () => after({ type: 'observationReported' })],
    ['a type with U+0000', 'APPEND_INVALID', () => after({ type: 'Observation\0' })],
    ['a time of another form', 'APPEND_INVALID', () => at('2026-11-24T16:00:00+08:00')],
    ['a day that is none', 'APPEND_INVALID', () => at('2026-02-30T08:00:00.000Z')],
    ['a schema version of 0', 'APPEND_INVALID', schemaZero],
    ['a stream without category', 'STREAM_NAME_INVALID', () => ({ stream: 'area' })],
    ['a stream in upper case', 'STREAM_NAME_INVALID', () => ({ stream: 'metric-Area' })],
    ['a stream with two dashes', 'STREAM_NAME_INVALID', () => ({ stream: 'metric--area' })],
    ['a stream in Chinese', 'STREAM_NAME_INVALID', () => ({ stream: 'metric-面积' })],
    ['a stream with U+0000', 'STREAM_NAME_INVALID', () => ({ stream: 'metric-area\0' })],
    ['a stream of 141 letters', 'STREAM_NAME_INVALID', () => ({ stream: longName })],
    ['a number with a fraction', 'ENTRY_NOT_CANONICAL', () => withData({ amount: 0.1 })],
    ['a number beyond 2^53 - 1', 'ENTRY_NOT_CANONICAL', () => withData({ amount: 2 ** 53 })],
    ['minus zero', 'ENTRY_NOT_CANONICAL', () => withData({ amount: -0 })],
    ['an integer-like key', 'ENTRY_NOT_CANONICAL', () => withData({ '10': 'x' })],
    ['the key __proto__', 'ENTRY_NOT_CANONICAL', () => withData(JSON.parse('{"__proto__":1}'))],
    ['text that is not NFC', 'ENTRY_NOT_CANONICAL', () => withData({ name: 'e\u0301' })],
    ['a lone surrogate', 'ENTRY_NOT_CANONICAL', () => withData({ name: '\ud83d' })],
    ['U+0000 in a text', 'ENTRY_NOT_CANONICAL', () => withData({ name: 'a\0b' })],
    ['U+0000 in a key', 'ENTRY_NOT_CANONICAL', () => withData({ 'a\0b': 1 })],
    ['an entry over 65,535 bytes', 'ENTRY_TOO_LARGE', () => withData({ x: '满'.repeat(22_000) })],
  ])('refuses %s (%s)', async (_, code, make) => {
    await stage.log.append('reform-first', 'none', [reported()]);
    const { stream: name = stream, expected = 'none', events = manyReported(2) } = make();

    await expect(stage.log.append(name, expected, events)).rejects.toMatchObject({
      name: 'EventLogError',
      code,
    });

    expect(await everything(stage.log)).toHaveLength(1);
    await expect(stage.log.append(stream, 'none', [reported()])).resolves.toMatchObject({
      revision: 0,
      events: [{ sequence: 1 }],
    });
  });

  it('names the place and the value of what it refuses', async () => {
    const { events } = withData({ quantities: [{ amount: '1' }, { amount: 68.1 }] });

    await expect(stage.log.append(stream, 'none', events)).rejects.toMatchObject({
      details: { pointer: '/data/quantities/1/amount', received: 68.1 },
    });
  });

  it('holds a whole append back for the last of its events', async () => {
    const events = [...manyReported(500), { ...reported(), data: { amount: 0.5 } }];

    await expect(stage.log.append(stream, 'none', events)).rejects.toMatchObject({
      code: 'ENTRY_NOT_CANONICAL',
    });
    expect(await stage.log.readStream(stream, { limit: 1 })).toEqual([]);
  });
}

const upperCaseId = '00000000-0000-7000-8000-ABCDEFABCDEF';
const longName = `metric-${'a'.repeat(134)}`;

function after(broken: Partial<NewEvent>): { events: NewEvent[] } {
  return { events: [reported(), { ...reported(), ...broken }] };
}

function withData(data: JsonObject): { events: NewEvent[] } {
  return after({ data });
}

function at(recordedAt: string): { events: NewEvent[] } {
  return { events: [reported('', recordedAt)] };
}

function twice(event: NewEvent): { events: NewEvent[] } {
  return { events: [event, event] };
}

function schemaZero(): { events: NewEvent[] } {
  return after({ metadata: { ...reported().metadata, schema: 0 } });
}
