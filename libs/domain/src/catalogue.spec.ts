import {
  aggregates,
  allEventTypes,
  describeEvent,
  describeState,
  EVENT_SCHEMA_VERSION,
  type Category,
  type DomainEvent,
} from './catalogue.js';
import { stateAfter } from './given-when-then.js';
import * as metric from './metric/fixtures.js';
import type { MetricEvent } from './metric/events.js';
import * as milestone from './milestone/fixtures.js';
import type { MilestoneEvent } from './milestone/events.js';
import * as projection from './projection/fixtures.js';
import type { ProjectionEvent } from './projection/events.js';
import * as reform from './reform/fixtures.js';
import type { ReformEvent } from './reform/events.js';
import * as unit from './unit/fixtures.js';
import type { UnitEvent } from './unit/events.js';

const metricEvents: MetricEvent[] = [
  metric.defined(metric.vacatedArea),
  {
    type: 'MetricDefinitionRevised',
    data: {
      metric: metric.vacatedArea.metric,
      validFrom: '2021-08-30',
      changes: { owner: 'bureau', note: '含临时建筑' },
    },
  },
  metric.reported(metric.vacatedArea, metric.asOf('2021-08-26'), '70.2万平方米'),
  metric.corrected(metric.vacatedArea, metric.asOf('2021-08-26'), '68.1万平方米', 'event-2'),
  metric.withdrawn(metric.vacatedArea, metric.asOf('2021-08-26'), 'event-2', 'event-3'),
  {
    type: 'SeriesBreakDeclared',
    data: { metric: metric.vacatedArea.metric, validFrom: '2021-08-27', successor: 'vacated-2' },
  },
  { type: 'MetricRetired', data: { metric: metric.vacatedArea.metric, retiredOn: '2021-08-31' } },
];
const reformEvents: ReformEvent[] = [
  reform.registered({ stage: 'pilot' }),
  reform.advanced('demonstrationPoint', 'pilot'),
  reform.assigned(),
];
const milestoneEvents: MilestoneEvent[] = [
  milestone.planned(),
  milestone.ongoing('2021-07-31'),
  milestone.reached('2021-08-26'),
  milestone.revoked('event-2'),
];
const unitEvents: UnitEvent[] = [unit.registered(), unit.renamed()];
const projectionEvents: ProjectionEvent[] = [
  projection.readModelsRebuilt(),
  projection.readModelsRebuilt(projection.upgraded),
];
const events: DomainEvent[] = [
  ...metricEvents,
  ...reformEvents,
  ...milestoneEvents,
  ...unitEvents,
  ...projectionEvents,
];

const metricLines = (count: number) =>
  describeState('metric', stateAfter(aggregates.metric, metricEvents.slice(0, count)), 'zh');

describe('the catalogue', () => {
  it('names each event type once, in one category, with a version', () => {
    const listed = Object.values(allEventTypes).flat();
    expect(new Set(listed).size).toBe(listed.length);
    expect([...listed].sort()).toEqual(Object.keys(EVENT_SCHEMA_VERSION).sort());
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual([...listed].sort());
  });

  it('names each aggregate by its category', () => {
    const categories: Category[] = ['metric', 'reform', 'milestone', 'unit', 'projection'];
    expect(Object.keys(aggregates)).toEqual(categories);
    for (const category of categories) {
      expect(aggregates[category].category).toBe(category);
      expect(aggregates[category].initial()).toEqual({ status: 'none' });
    }
  });

  it('stops at an event type that it does not know', () => {
    const strange: DomainEvent = JSON.parse('{"type":"MetricRenamed","data":{}}');
    expect(() => describeEvent(strange, 'en')).toThrow('MetricRenamed');
    const recorded = JSON.parse('{"type":"MetricRenamed","data":{},"id":"event-1","revision":1}');
    for (const aggregate of Object.values(aggregates)) {
      expect(() => aggregate.evolve(JSON.parse('{"status":"defined"}'), recorded)).toThrow(
        'MetricRenamed',
      );
    }
  });
});

describe('events in words', () => {
  it.each(events)('$type is one sentence in each language', (event) => {
    const [zh, en] = [describeEvent(event, 'zh'), describeEvent(event, 'en')];
    expect(zh).toMatch(/^[^\n]+。$/);
    expect(en).toMatch(/^[^\n]+\.$/);
    expect(`${zh}${en}`).not.toMatch(/undefined|\[object/);
    expect(zh).not.toBe(en);
  });

  it('say what an office would say', () => {
    expect(metricEvents.map((event) => describeEvent(event, 'zh'))).toEqual([
      '定义指标“腾空移交面积”（vacated-premises-handed-over-area，累计数，单位 m2）。',
      '自 2021-08-30 起，修订指标 vacated-premises-handed-over-area 的定义（owner、note）。',
      '填报指标 vacated-premises-handed-over-area，截至 2021-08-26：70.2万平方米。',
      '更正指标 vacated-premises-handed-over-area，截至 2021-08-26：改为 68.1万平方米（录入差错，原记录 event-2）。',
      '撤回指标 vacated-premises-handed-over-area 的数据（截至 2021-08-26，原记录 event-3）。',
      '指标 vacated-premises-handed-over-area 自 2021-08-27 起口径变更，由 vacated-2 接续。',
      '指标 vacated-premises-handed-over-area 于 2021-08-31 停用。',
    ]);
    expect(reformEvents.map((event) => describeEvent(event, 'en'))).toEqual([
      'Reform "Land redevelopment 3.0" (land-redevelopment-3-0) was registered at stage pilot.',
      'On 2021-08-26 reform land-redevelopment-3-0 advanced from pilot to demonstration point.',
      'Reform land-redevelopment-3-0 was assigned to urban-renewal-bureau, with guangming-street, fenghuang-street, due 2021-12-31.',
    ]);
  });

  it('say what a rebuild came to, on one line however long its explanation', () => {
    const twoLines = { zh: '第 2 版\n不再单列', en: 'Version 2\n no longer lists them' };
    const told = [
      ...projectionEvents,
      projection.readModelsRebuilt({ ...projection.upgraded, explanation: twoLines }),
    ];
    expect(told.map((event) => describeEvent(event, 'zh'))).toEqual([
      '应操作请求重建视图（read-models，构建 0a1b2c3d），比对至位置 141：3 个视图均与原有一致。',
      '启动时重建视图（read-models，构建 4e5f6071），比对至位置 150：1 个视图与原有一致，catalogue 不同，说明为“目录第 2 版不再单列已停用指标”。',
      '启动时重建视图（read-models，构建 4e5f6071），比对至位置 150：1 个视图与原有一致，catalogue 不同，说明为“第 2 版 不再单列”。',
    ]);
    expect(told.map((event) => describeEvent(event, 'en'))).toEqual([
      'The read models (read-models, build 0a1b2c3d) were rebuilt on request and compared up to position 141: 3 models as before.',
      'The read models (read-models, build 4e5f6071) were rebuilt at the start of the server and compared up to position 150: 1 model as before, catalogue otherwise, explained by "Version 2 of the catalogue no longer lists retired metrics apart".',
      'The read models (read-models, build 4e5f6071) were rebuilt at the start of the server and compared up to position 150: 1 model as before, catalogue otherwise, explained by "Version 2 no longer lists them".',
    ]);
  });

  it('name the series and the kind of time', () => {
    const { disputesResolved, firstHalf2021, callsThisYear, yearTo } = metric;
    const told = [
      metric.reported(disputesResolved, firstHalf2021, '9985宗'),
      metric.reported(callsThisYear, yearTo('2021-08-26'), '9万次', { street: 'matian' }),
    ].map((event) => describeEvent(event, 'en'));
    expect(told).toEqual([
      '9985宗 was reported for disputes-resolved, 2021-01-01 to 2021-06-30.',
      '9万次 was reported for e-certificate-calls-this-year (matian), 2021 up to 2021-08-26.',
    ]);
  });
});

describe('states in words', () => {
  it('say how a metric stands after each event', () => {
    expect(metricLines(0)).toEqual(['指标尚未定义。']);
    expect(metricLines(1)).toEqual(['指标“腾空移交面积”，累计数，现行数据 0 条。']);
    expect(metricLines(4)).toEqual([
      '指标“腾空移交面积”，累计数，现行数据 1 条。',
      '截至 2021-08-26：68.1万平方米',
    ]);
    expect(metricLines(7)).toEqual([
      '指标“腾空移交面积”，累计数，2021-08-31 停用，现行数据 0 条。',
    ]);
  });

  it('name a few series of many', () => {
    const { callsThisYear, yearTo } = metric;
    const events: MetricEvent[] = [
      metric.defined(callsThisYear),
      ...['a', 'b', 'c', 'd', 'e'].map((street) =>
        metric.reported(callsThisYear, yearTo('2021-08-26'), '9万次', { street }),
      ),
    ];
    const state = stateAfter(aggregates.metric, events);
    const lines = describeState('metric', state, 'en');
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe('And 2 more series.');
  });

  it('say how the others stand, in both languages', () => {
    const lines = (['zh', 'en'] as const).flatMap((lang) => [
      ...describeState('reform', stateAfter(aggregates.reform, reformEvents), lang),
      ...describeState(
        'milestone',
        stateAfter(aggregates.milestone, milestoneEvents.slice(0, 2)),
        lang,
      ),
      ...describeState(
        'milestone',
        stateAfter(aggregates.milestone, milestoneEvents.slice(0, 3)),
        lang,
      ),
      ...describeState('milestone', stateAfter(aggregates.milestone, milestoneEvents), lang),
      ...describeState('unit', stateAfter(aggregates.unit, unitEvents), lang),
      ...describeState('unit', aggregates.unit.initial(), lang),
      ...describeState('projection', stateAfter(aggregates.projection, projectionEvents), lang),
      ...describeState('projection', aggregates.projection.initial(), lang),
    ]);
    expect(lines).toEqual([
      '改革举措“土地整备 3.0 模式”，处于示范点阶段。',
      '牵头单位 urban-renewal-bureau。',
      '里程碑“组建“1+15+15+5”工作专班”，推进中（截至 2021-07-31）。',
      '里程碑“组建“1+15+15+5”工作专班”，已达成（2021-08-26）。',
      '里程碑“组建“1+15+15+5”工作专班”，达成记录已撤销。',
      '单位“区住房建设局”，机构。',
      '单位尚未登记。',
      '视图重建 2 次，最近一次为构建 4e5f6071（位置 150）。',
      '视图重建尚无记录。',
      '"Land redevelopment 3.0", stage demonstration point.',
      'Lead unit urban-renewal-bureau.',
      '"Task force 1+15+15+5", under way (as of 2021-07-31).',
      '"Task force 1+15+15+5", reached (2021-08-26).',
      '"Task force 1+15+15+5", no longer reached: revoked.',
      '"Housing Bureau", institution.',
      'Not registered.',
      'Rebuilt 2 times, last as build 4e5f6071 at position 150.',
      'No rebuild is recorded.',
    ]);
  });
});
