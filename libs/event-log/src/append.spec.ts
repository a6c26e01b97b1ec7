import { prepareAppend } from './append.js';
import { manyReported, reported, stream } from './contract/stage.js';
import { readStoredEntry } from './entry.js';

const stamp = Date.parse('2026-11-24T08:00:00.123Z');

describe('a prepared append', () => {
  it('holds the events as a reader of its entries gets them, in the same order of keys', () => {
    const { entries, events } = prepareAppend(stream, 6, manyReported(3), stamp);

    const read = entries.map(({ entry }, index) => {
      const place = { position: '1', sequence: 0 };
      const { id, type, revision, data, metadata } = readStoredEntry(entry, place);
      expect(revision).toBe(7 + index);
      return { id, type, stream, revision, data, metadata };
    });
    expect(events).toEqual(read);
    expect(JSON.stringify(events)).toBe(JSON.stringify(read));
  });

  it('shares no object with the events that it was made from', () => {
    const event = reported();
    const { entries, events } = prepareAppend(stream, 'none', [event], stamp);
    const before = JSON.stringify({ entries, events });

    event.data.note = 'altered';
    event.metadata.actor.id = 'altered';

    expect(JSON.stringify({ entries, events })).toBe(before);
  });

  it('stamps an event whose time is there but undefined', () => {
    const event = reported();
    Object.assign(event.metadata, { recordedAt: undefined });

    const { entries } = prepareAppend(stream, 'none', [event], stamp);

    expect(entries[0]?.recordedAt).toBe(stamp);
  });
});
