import { z } from 'zod';
import type { SeriesKey } from '@ledger/domain';

/** As in a series key; a query string has no objects, so this one is JSON. */
const KeySchema = z.record(z.string().min(1).max(100), z.string().max(500));

/** Which series of a metric: the JSON of its key, `{}` for the one without dimensions. */
export const seriesField = {
  series: z
    .string()
    .max(2_000)
    .refine((text) => keyOf(text) !== undefined, { error: 'SERIES_INVALID' })
    .exactOptional()
    .meta({
      description:
        'Only this series: its key as JSON, percent-encoded. A series without any ' +
        'statement gives an empty answer',
      examples: ['{"street":"马田"}'],
    }),
};

/** The key that a query names, to be spread into a request; the query was validated before. */
export function readSeriesKey({ series }: { series?: string }): { series?: SeriesKey } {
  const key = series === undefined ? undefined : keyOf(series);
  return key === undefined ? {} : { series: key };
}

function keyOf(text: string): SeriesKey | undefined {
  try {
    const key = KeySchema.safeParse(JSON.parse(text));
    return key.success ? key.data : undefined;
  } catch {
    return undefined;
  }
}
