import type { MissingReference } from '../decision.js';
import { given } from '../given-when-then.js';
import type { DefineMetric, MetricCommand } from './commands.js';
import { metricAggregate } from './decide.js';
import { timesOfKind } from './definition.js';
import type { MetricDefinition, MetricEvent, MetricKind, TimeSemantics } from './events.js';
import {
  asOf,
  define,
  defined,
  fitOutProgress,
  policySystem,
  published,
  reported,
  revise,
  today,
  vacatedArea,
  type Metric,
} from './fixtures.js';

const history = (...events: MetricEvent[]) => given(metricAggregate, events);

/** The command with some fields of its definition stated otherwise. */
const defineWith = (changes: Partial<MetricDefinition>, of: Metric = vacatedArea): DefineMetric =>
  define({ ...of, definition: { ...of.definition, ...changes } });

const changed = (changes: Partial<MetricDefinition>): MetricEvent => ({
  type: 'MetricDefinitionRevised',
  data: { metric: vacatedArea.metric, validFrom: published, changes },
});

describe('defining a metric', () => {
  it('records the vacated area with its inferred basis', () => {
    history()
      .when(define(vacatedArea))
      .thenAccepted({
        type: 'MetricDefined',
        data: { metric: 'vacated-premises-handed-over-area', ...vacatedArea.definition },
      });
  });

  it('takes a parameter without a unit, for labels only', () => {
    history().when(define(policySystem)).thenAccepted(defined(policySystem));
  });

  it('finds the same definition said already, whatever the order of its fields', () => {
    const { names, ...others } = vacatedArea.definition;
    history(defined(vacatedArea))
      .when(define({ ...vacatedArea, definition: { ...others, names } }))
      .thenUnchanged('event-0');
  });

  it('finds a definition said by its revision', () => {
    const note = '口径由联席会议明确';
    history(defined(vacatedArea), {
      type: 'MetricDefinitionRevised',
      data: { metric: vacatedArea.metric, validFrom: published, changes: { note } },
    })
      .when(defineWith({ note }))
      .thenUnchanged('event-1');
  });

  it('refuses another definition under the same identifier', () => {
    history(defined(vacatedArea))
      .when(defineWith({ frequency: 'monthly' }))
      .thenRefused('METRIC_ALREADY_DEFINED', '/metric');
  });

  it.each([
    'Vacated-Area',
    'vacated area',
    'vacated--area',
    '-vacated',
    '面积',
    '',
    'a'.repeat(121),
  ])('refuses the identifier %j', (id) => {
    history()
      .when({ ...define(vacatedArea), metric: id })
      .thenRefused('ID_INVALID', '/metric');
  });

  const blank = { zh: ' ', en: '' };
  const unstated: [string, Partial<MetricDefinition>][] = [
    ['/definition/definition/zh', { definition: blank }],
    ['/definition/definition/en', { definition: blank }],
    ['/definition/dataSource/zh', { dataSource: { ...blank, en: 'Daily' } }],
    ['/definition/owner', { owner: ' ' }],
  ];
  it.each(unstated)('refuses a definition that leaves %s empty', (pointer, changes) => {
    history().when(defineWith(changes)).thenRefused('DEFINITION_INCOMPLETE', pointer);
  });

  it('refuses a definition without a frequency', () => {
    const { frequency: _left, ...rest } = vacatedArea.definition;
    const incomplete: MetricDefinition = JSON.parse(JSON.stringify(rest));
    history()
      .when(define({ ...vacatedArea, definition: incomplete }))
      .thenRefused('DEFINITION_INCOMPLETE', '/definition/frequency');
  });

  it('refuses names in one language only', () => {
    history()
      .when(defineWith({ names: { zh: '腾空面积', en: '' } }))
      .thenRefused('TEXT_MISSING', '/definition/names/en');
  });

  it('names every reference that is not registered', () => {
    const command: DefineMetric = {
      ...define(fitOutProgress),
      facts: {
        missingReferences: [
          { pointer: '/definition/owner', id: 'reform-office', kind: 'unit' },
          {
            pointer: '/definition/completionMilestone',
            id: 'science-facilities-completed',
            kind: 'milestone',
          },
        ],
      },
    };
    const then = history().when(command);
    then.thenRefused('REFERENCE_UNKNOWN', '/definition/owner');
    const refusal = then.thenRefused('REFERENCE_UNKNOWN', '/definition/completionMilestone');
    expect(refusal.facts).toEqual({ kind: 'milestone', id: 'science-facilities-completed' });
  });

  it('collects what is wrong, not only the first of it', () => {
    const then = history().when(
      defineWith({ owner: '', unit: 'furlong', timeSemantics: 'averagePerPeriod' }),
    );
    then.thenRefused('DEFINITION_INCOMPLETE', '/definition/owner');
    then.thenRefused('UNIT_UNKNOWN', '/definition/unit');
    then.thenRefused('KIND_TIME_MISMATCH', '/definition/timeSemantics');
  });

  it.each(['cumulative', 'stock', 'flow', 'ratio', 'progress'] as const)(
    'refuses a %s without a unit',
    (kind) => {
      history()
        .when(defineWith({ kind }, policySystem))
        .thenRefused('DEFINITION_INCOMPLETE', '/definition/unit');
    },
  );

  it.each(['ratio', 'progress'] as const)('refuses a %s in another unit than percent', (kind) => {
    history()
      .when(defineWith({ kind, unit: 'case' }))
      .thenRefused('KIND_UNIT_MISMATCH', '/definition/unit');
  });

  const kinds = Object.keys(timesOfKind).filter((kind): kind is MetricKind =>
    Object.hasOwn(timesOfKind, kind),
  );
  const times: TimeSemantics[] = ['asOf', 'period', 'yearToDate', 'averagePerPeriod'];
  const pairs = kinds.flatMap((kind) => times.map((time) => [kind, time] as const));
  it.each(pairs)('knows whether a %s may be stated %s', (kind, timeSemantics) => {
    const allowed: Record<MetricKind, string> = {
      cumulative: 'asOf yearToDate',
      stock: 'asOf',
      flow: 'period averagePerPeriod',
      ratio: 'asOf period yearToDate',
      progress: 'asOf',
      parameter: 'asOf yearToDate period',
    };
    const command = defineWith({ kind, timeSemantics, unit: 'percent' });
    const then = history().when(command);
    if (allowed[kind].split(' ').includes(timeSemantics)) {
      then.thenAccepted({
        type: 'MetricDefined',
        data: { metric: command.metric, ...command.definition },
      });
    } else then.thenRefused('KIND_TIME_MISMATCH', '/definition/timeSemantics');
  });

  it.each([['Street'], ['1'], ['__proto__'], ['街道'], ['']])(
    'refuses %j as the name of a dimension',
    (name) => {
      history()
        .when(defineWith({ seriesDimensions: ['street', name] }))
        .thenRefused('DIMENSION_INVALID', '/definition/seriesDimensions/1');
    },
  );

  it('refuses a dimension named twice', () => {
    history()
      .when(defineWith({ seriesDimensions: ['street', 'street'] }))
      .thenRefused('DIMENSION_INVALID', '/definition/seriesDimensions/1');
  });

  it('refuses a scope that ends before it starts, and takes one that ends in the future', () => {
    const wrong = { start: '2025-01-01', end: '2020-12-31' };
    history()
      .when(defineWith({ scope: wrong }))
      .thenRefused('PERIOD_REVERSED', '/definition/scope/end');
    const plan = { start: '2020-01-01', end: '2025-12-31', code: '2020-2025' };
    history()
      .when(defineWith({ scope: plan }))
      .thenAccepted(
        defined({ ...vacatedArea, definition: { ...vacatedArea.definition, scope: plan } }),
      );
  });

  it('refuses a place that is no whole number', () => {
    const then = history().when(defineWith({ place: { highlight: 2.5, item: 0 } }));
    then.thenRefused('PLACE_INVALID', '/definition/place/highlight');
    then.thenRefused('PLACE_INVALID', '/definition/place/item');
  });

  it.each([
    ['a null character', '截至\u0000目前'],
    ['a lone surrogate', 'area \ud83c'],
    ['a decomposed letter', 'Cafe\u0301'],
  ])('refuses text with %s', (_what, text) => {
    const then = history().when(
      defineWith({ note: text, characteristics: { facility: ['a', text] } }),
    );
    then.thenRefused('TEXT_NOT_CLEAN', '/definition/note');
    then.thenRefused('TEXT_NOT_CLEAN', '/definition/characteristics/facility/1');
  });

  it.each(['0', '12', '__proto__', ''])('refuses %j as the name of a characteristic', (key) => {
    const characteristics = Object.fromEntries([[key, ['x']]]);
    history()
      .when(defineWith({ characteristics }))
      .thenRefused('KEY_NOT_ALLOWED', `/definition/characteristics/${key}`);
  });
});

describe('revising a definition', () => {
  it('records only the fields that change', () => {
    history(defined(vacatedArea))
      .when(revise(vacatedArea, { owner: 'land-bureau', frequency: 'irregular' }))
      .thenAccepted({
        type: 'MetricDefinitionRevised',
        data: {
          metric: vacatedArea.metric,
          validFrom: '2021-08-30',
          changes: { owner: 'land-bureau' },
        },
      });
  });

  it('finds what stands said by the event that stated the field last', () => {
    const events = [
      defined(vacatedArea),
      changed({ owner: 'land-bureau' }),
      changed({ note: '含临时建筑' }),
    ];
    history(...events)
      .when(revise(vacatedArea, { owner: 'land-bureau' }))
      .thenUnchanged('event-1');
    history(...events)
      .when(revise(vacatedArea, { frequency: 'irregular' }))
      .thenUnchanged('event-0');
  });

  const structural: [string, Partial<MetricDefinition>][] = [
    ['kind', { kind: 'stock' }],
    ['unit', { unit: 'km2' }],
    ['basis', { basis: 'landArea' }],
    ['timeSemantics', { timeSemantics: 'yearToDate' }],
    ['seriesDimensions', { seriesDimensions: ['street'] }],
  ];
  it.each(structural)('needs a break when %s changes', (field, changes) => {
    history(defined(vacatedArea))
      .when(revise(vacatedArea, changes))
      .thenRefused('DEFINITION_NEEDS_BREAK', `/changes/${field}`);
  });

  it('takes a structural field that says what stands', () => {
    history(defined(vacatedArea))
      .when(revise(vacatedArea, { kind: 'cumulative', note: '含临时建筑' }))
      .thenAccepted({
        type: 'MetricDefinitionRevised',
        data: {
          metric: vacatedArea.metric,
          validFrom: '2021-08-30',
          changes: { note: '含临时建筑' },
        },
      });
  });

  const reviseVacated = revise(vacatedArea, { owner: 'land-bureau' });
  const refused: [string, string, MetricCommand][] = [
    ['REASON_MISSING', '/reason', { ...reviseVacated, reason: '  ' }],
    ['TEXT_NOT_CLEAN', '/reason', { ...reviseVacated, reason: '\u0000' }],
    ['DATE_INVALID', '/validFrom', { ...reviseVacated, validFrom: '2021-02-29' }],
    ['CHANGES_EMPTY', '/changes', { ...reviseVacated, changes: {} }],
    ['DEFINITION_INCOMPLETE', '/changes/owner', revise(vacatedArea, { owner: '' })],
    ['TEXT_MISSING', '/changes/names/en', revise(vacatedArea, { names: { zh: '面积', en: '' } })],
    [
      'REFERENCE_UNKNOWN',
      '/changes/owner',
      {
        ...reviseVacated,
        facts: {
          missingReferences: [{ pointer: '/changes/owner', id: 'land-bureau', kind: 'unit' }],
        },
      },
    ],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(defined(vacatedArea)).when(command).thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history().when(reviseVacated).thenRefused('METRIC_NOT_DEFINED', '/metric');
  });
});

describe('declaring a series break', () => {
  const declare = {
    type: 'DeclareSeriesBreak',
    today,
    metric: 'base-grids',
    validFrom: '2021-08-01',
    successor: 'whole-subject-grids',
    mapping: { zh: '1734 个基础网格整合为 126 个', en: '1734 base grids became 126' },
    reason: '网格划分标准调整',
    facts: { missingReferences: [] },
  } satisfies MetricCommand;
  const grids: Metric = { ...vacatedArea, metric: 'base-grids' };
  const declared: MetricEvent = {
    type: 'SeriesBreakDeclared',
    data: {
      metric: 'base-grids',
      validFrom: '2021-08-01',
      successor: 'whole-subject-grids',
      mapping: declare.mapping,
    },
  };

  it('refuses a successor that the ledger does not know', () => {
    const missingReferences: MissingReference[] = [
      { pointer: '/successor', id: 'whole-subject-grids', kind: 'metric' },
    ];
    history(defined(grids))
      .when({ ...declare, facts: { missingReferences } })
      .thenRefused('REFERENCE_UNKNOWN', '/successor');
  });

  it('records the break with its successor', () => {
    history(defined(grids)).when(declare).thenAccepted(declared);
  });

  it('records a break inside the metric', () => {
    const { successor: _successor, mapping: _mapping, ...inside } = declare;
    history(defined(grids))
      .when(inside)
      .thenAccepted({
        type: 'SeriesBreakDeclared',
        data: { metric: 'base-grids', validFrom: '2021-08-01' },
      });
  });

  it('finds the same break declared already', () => {
    history(defined(grids), declared).when(declare).thenUnchanged('event-1');
  });

  const refused: [string, string, MetricCommand][] = [
    ['BREAK_ALREADY_DECLARED', '/validFrom', { ...declare, successor: 'other-grids' }],
    ['REASON_MISSING', '/reason', { ...declare, reason: '' }],
    ['DATE_INVALID', '/validFrom', { ...declare, validFrom: '2021-8-1' }],
    ['ID_INVALID', '/successor', { ...declare, successor: 'Grids' }],
    ['SUCCESSOR_ITSELF', '/successor', { ...declare, successor: 'base-grids' }],
    ['TEXT_MISSING', '/mapping/en', { ...declare, mapping: { zh: '合并', en: '' } }],
    ['TEXT_NOT_CLEAN', '/mapping/zh', { ...declare, mapping: { zh: '\ud800', en: 'merged' } }],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(defined(grids), declared).when(command).thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history().when(declare).thenRefused('METRIC_NOT_DEFINED', '/metric');
  });
});

describe('retiring a metric', () => {
  const retire = {
    type: 'RetireMetric',
    today,
    metric: vacatedArea.metric,
    retiredOn: '2021-08-31',
    reason: '任务已完成',
  } as const;
  const retired: MetricEvent = {
    type: 'MetricRetired',
    data: { metric: vacatedArea.metric, retiredOn: '2021-08-31' },
  };

  it('records the day', () => {
    history(defined(vacatedArea), reported(vacatedArea, asOf(published), '68.1万平方米'))
      .when(retire)
      .thenAccepted(retired);
  });

  it('finds it retired on that day already', () => {
    history(defined(vacatedArea), retired).when(retire).thenUnchanged('event-1');
  });

  it('refuses another day, naming the event that stands', () => {
    const refusal = history(defined(vacatedArea), retired)
      .when({ ...retire, retiredOn: '2021-09-30' })
      .thenRefused('METRIC_ALREADY_RETIRED', '/retiredOn');
    expect(refusal.facts).toEqual({ eventId: 'event-1', retiredOn: '2021-08-31' });
  });

  const refused: [string, string, MetricCommand][] = [
    ['REASON_MISSING', '/reason', { ...retire, reason: '\t' }],
    ['DATE_INVALID', '/retiredOn', { ...retire, retiredOn: 'tomorrow' }],
    ['TEXT_NOT_CLEAN', '/reason', { ...retire, reason: 'Cafe\u0301' }],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(defined(vacatedArea)).when(command).thenRefused(code, pointer);
  });

  it('refuses a metric that is not defined', () => {
    history().when(retire).thenRefused('METRIC_NOT_DEFINED', '/metric');
  });
});
