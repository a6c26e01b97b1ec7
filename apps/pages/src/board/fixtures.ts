// Boards for the specs, built from the figures of the article.
import type { Board, BoardItem, BoardMetric, BoardMilestone, Quantity } from '../board-types.js';
import { funnelMetrics } from './funnel.js';
import type { FunnelPart } from './funnel.js';

const recordedAt = '2026-11-24T08:00:00.000Z';

export function metric(
  id: string,
  quantity: Quantity | undefined,
  rest: Partial<BoardMetric> = {},
): BoardMetric {
  const value = quantity && {
    series: {},
    figure: { quantity },
    printed: quantity.printed,
    time: { type: 'asOf', asOf: '2021-08-26' } as const,
    validOn: '2021-08-26',
    corrected: false,
    observation: `event-of-${id}`,
    eventId: `event-of-${id}`,
    position: '100',
    positions: ['100'],
    recordedAt,
  };
  return {
    kind: 'metric',
    id,
    metricKind: 'cumulative',
    names: { zh: `指标 ${id}`, en: `Metric ${id}` },
    reform: 'land-redevelopment-3-0',
    direction: 'rising',
    frequency: 'once',
    relations: [],
    values: value ? [value] : [],
    positions: ['80'],
    ...(value ? {} : { absence: 'missing' }),
    ...rest,
  };
}

export function milestone(id: string, rest: Partial<BoardMilestone> = {}): BoardMilestone {
  return {
    kind: 'milestone',
    id,
    names: { zh: `里程碑 ${id}`, en: `Milestone ${id}` },
    reform: 'land-redevelopment-3-0',
    status: 'reached',
    relations: [],
    eventId: `event-of-${id}`,
    position: '90',
    positions: ['90'],
    recordedAt,
    ...rest,
  };
}

/** Exact square metres on a basis, printed in 万平方米. */
export function area(amount: string, printed: string, basis: Quantity['basis']): Quantity {
  return { amount, unit: 'm2', qualifier: 'exact', printed, ...(basis ? { basis } : {}) };
}

export const articleAreas: { [part in FunnelPart]: Quantity } = {
  signed: area('1150000', '115万平方米', 'floorArea'),
  vacated: { ...area('681000', '68.1万平方米', 'floorArea'), basisInferred: true },
  demolished: area('630000', '63万平方米', 'floorArea'),
  land: area('255000', '25.5万平方米', 'landArea'),
};

/** The four metrics of the land funnel with the article's figures, some replaced or left out. */
export function landBoard(
  replaced: { [part in FunnelPart]?: Quantity | undefined } = {},
  more: BoardItem[] = [],
): Board {
  const parts: FunnelPart[] = ['signed', 'vacated', 'demolished', 'land'];
  const areas = { ...articleAreas, ...replaced };
  return boardOf([...parts.map((part) => metric(funnelMetrics[part], areas[part])), ...more]);
}

export function boardOf(items: BoardItem[]): Board {
  return {
    knownAt: '100',
    validAt: null,
    dataAsOf: '2021-08-26',
    recordedAt,
    counts: { metrics: items.length, milestones: 0, withValue: items.length },
    synthetic: false,
    highlights: [
      {
        highlight: 2,
        reforms: [
          {
            id: 'land-redevelopment-3-0',
            names: { zh: '土地二次开发', en: 'Land redevelopment' },
            positions: ['1'],
          },
        ],
        items,
      },
    ],
  };
}
