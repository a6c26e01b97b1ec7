import type { StoredEvent, Stream } from './committed-log.js';

export type StreamMetadata = {
  /** Revisions below are hidden from reads of the stream. */
  truncateBefore: bigint;
  maxCount: number | undefined;
  maxAgeSeconds: number | undefined;
};

/** The truncation mark of a soft delete; JSON readers round it, hence the comparison from below. */
const softDeleteMark = 2 ** 63 - 2 ** 12;

export function readStreamMetadata(metadataStream: Stream | undefined): StreamMetadata {
  const last = metadataStream?.events.at(-1);
  const said: Record<string, unknown> = last === undefined ? {} : parseObject(last.data);
  const number = (key: string) => (typeof said[key] === 'number' ? said[key] : undefined);
  return {
    truncateBefore: BigInt(number('$tb') ?? 0),
    maxCount: number('$maxCount'),
    maxAgeSeconds: number('$maxAge'),
  };
}

export function isSoftDelete({ truncateBefore }: StreamMetadata): boolean {
  return truncateBefore >= BigInt(softDeleteMark);
}

/** What reads of the stream show: truncation works at read time and erases nothing. */
export function visibleEvents(stream: Stream, metadata: StreamMetadata): StoredEvent[] {
  const { truncateBefore, maxCount, maxAgeSeconds } = metadata;
  const first = maxCount === undefined ? 0n : stream.lastRevision - BigInt(maxCount) + 1n;
  const oldestMs = maxAgeSeconds === undefined ? 0 : Date.now() - maxAgeSeconds * 1000;
  return stream.events.filter(({ revision, createdTicks }) => {
    return (
      revision >= truncateBefore && revision >= first && createdTicks >= BigInt(oldestMs) * 10_000n
    );
  });
}

function parseObject(data: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
