import { unreachable } from '../assertions.js';
import type { Value } from '../quantity/quantity.js';
import type { Lang, Text } from '../text.js';
import type { ValidTime } from '../time/time.js';
import type { ErrorClass, MetricEvent, MetricKind, SeriesKey, TimeSemantics } from './events.js';
import type { LiveLine } from './live-line.js';
import type { DefinedMetric, MetricState } from './state.js';

/** One sentence on what happened. */
export function describeMetricEvent(event: MetricEvent, lang: Lang): string {
  switch (event.type) {
    case 'MetricDefined': {
      const { metric, names, kind, unit } = event.data;
      return {
        zh: `定义指标“${names.zh}”（${metric}，${kindWords[kind].zh}${unit ? `，单位 ${unit}` : ''}）。`,
        en: `Metric "${names.en}" (${metric}, ${kindWords[kind].en}${unit ? ` in ${unit}` : ''}) was defined.`,
      }[lang];
    }
    case 'MetricDefinitionRevised': {
      const { metric, validFrom, changes } = event.data;
      const fields = Object.keys(changes);
      return {
        zh: `自 ${validFrom} 起，修订指标 ${metric} 的定义（${fields.join('、')}）。`,
        en: `From ${validFrom} the definition of ${metric} was revised (${fields.join(', ')}).`,
      }[lang];
    }
    case 'ObservationReported': {
      const { metric, time, value } = event.data;
      const series = seriesWords(event.data.series, lang);
      return {
        zh: `填报指标 ${metric}${series}，${timeWords(time, 'zh')}：${printedOf(value)}。`,
        en: `${printedOf(value)} was reported for ${metric}${series}, ${timeWords(time, 'en')}.`,
      }[lang];
    }
    case 'ObservationCorrected': {
      const { metric, time, value, errorClass, corrects } = event.data;
      const series = seriesWords(event.data.series, lang);
      const cause = errorClassWords[errorClass][lang];
      return {
        zh: `更正指标 ${metric}${series}，${timeWords(time, 'zh')}：改为 ${printedOf(value)}（${cause}，原记录 ${corrects}）。`,
        en: `${metric}${series}, ${timeWords(time, 'en')}, was corrected to ${printedOf(value)} (${cause}, instead of ${corrects}).`,
      }[lang];
    }
    case 'ObservationWithdrawn': {
      const { metric, time, withdraws } = event.data;
      const series = seriesWords(event.data.series, lang);
      return {
        zh: `撤回指标 ${metric}${series || ' '}的数据（${timeWords(time, 'zh')}，原记录 ${withdraws}）。`,
        en: `The figure of ${metric}${series}, ${timeWords(time, 'en')}, was withdrawn (${withdraws}).`,
      }[lang];
    }
    case 'SeriesBreakDeclared': {
      const { metric, validFrom, successor } = event.data;
      return {
        zh: `指标 ${metric} 自 ${validFrom} 起口径变更${successor ? `，由 ${successor} 接续` : ''}。`,
        en: `From ${validFrom} the series of ${metric} is broken${successor ? ` and ${successor} succeeds it` : ''}.`,
      }[lang];
    }
    case 'MetricRetired': {
      const { metric, retiredOn } = event.data;
      return {
        zh: `指标 ${metric} 于 ${retiredOn} 停用。`,
        en: `Metric ${metric} was retired on ${retiredOn}.`,
      }[lang];
    }
    default:
      return unreachable(event);
  }
}

const seriesShown = 3;

/** What the ledger says of the metric now: its standing, then the latest figure of a few series. */
export function describeMetricState(state: MetricState, lang: Lang): string[] {
  if (state.status === 'none') return [{ zh: '指标尚未定义。', en: 'Not defined.' }[lang]];
  const { names, kind } = state.definition;
  const retired =
    state.status === 'retired'
      ? { zh: `，${state.retiredOn} 停用`, en: `, retired on ${state.retiredOn}` }[lang]
      : '';
  const lines = [...state.lines].filter(([, line]) => line.length > 0);
  const count = lines.reduce((total, [, line]) => total + line.length, 0);
  const more = lines.length - seriesShown;
  return [
    {
      zh: `指标“${names.zh}”，${kindWords[kind].zh}${retired}，现行数据 ${count} 条。`,
      en: `"${names.en}", ${kindWords[kind].en}${retired}, ${count} live figure${count === 1 ? '' : 's'}.`,
    }[lang],
    ...lines.slice(0, seriesShown).flatMap(([, line]) => latestWords(state, line, lang)),
    ...(more > 0 ? [{ zh: `另有 ${more} 个分组。`, en: `And ${more} more series.` }[lang]] : []),
  ];
}

function latestWords(state: DefinedMetric, { blocks }: LiveLine, lang: Lang): string[] {
  const latest = blocks.at(-1)?.at(-1);
  if (!latest) return [];
  const chain = state.chains.get(latest.event);
  const series = chain ? seriesWords(chain.series, lang) : '';
  const colon = { zh: '：', en: ': ' }[lang];
  return [`${timeWords(latest.time, lang)}${series}${colon}${printedOf(latest.value)}`];
}

/** The text of the source for a value. */
export const printedOf = (value: Value): string =>
  'quantity' in value ? value.quantity.printed : value.label.printed;

/** A valid time as it is said: 截至 2021-08-26 / as of 2021-08-26. */
export function timeWords(time: ValidTime, lang: Lang): string {
  switch (time.type) {
    case 'asOf':
      return { zh: `截至 ${time.asOf}`, en: `as of ${time.asOf}` }[lang];
    case 'period':
      return time.start === time.end
        ? { zh: `${time.start} 当日`, en: `on ${time.start}` }[lang]
        : { zh: `${time.start} 至 ${time.end}`, en: `${time.start} to ${time.end}` }[lang];
    case 'yearToDate':
      return {
        zh: `${time.start.slice(0, 4)} 年以来截至 ${time.end}`,
        en: `${time.start.slice(0, 4)} up to ${time.end}`,
      }[lang];
    case 'averagePerPeriod': {
      const per = { month: '月均', quarter: '季均', year: '年均' }[time.per];
      return {
        zh: `截至 ${time.asOf} ${per}`,
        en: `${time.per}ly average as of ${time.asOf}`,
      }[lang];
    }
    default:
      return unreachable(time);
  }
}

function seriesWords(series: SeriesKey, lang: Lang): string {
  const members = Object.values(series);
  if (members.length === 0) return '';
  return { zh: `（${members.join('、')}）`, en: ` (${members.join(', ')})` }[lang];
}

export const kindWords: Record<MetricKind, Text> = {
  cumulative: { zh: '累计数', en: 'cumulative figure' },
  stock: { zh: '存量', en: 'stock' },
  flow: { zh: '流量', en: 'flow' },
  ratio: { zh: '比率', en: 'ratio' },
  progress: { zh: '进度', en: 'progress' },
  parameter: { zh: '静态参数', en: 'parameter' },
};

export const timeSemanticsWords: Record<TimeSemantics, Text> = {
  asOf: { zh: '截至日期', en: 'as of a day' },
  period: { zh: '报告期', en: 'over a period' },
  yearToDate: { zh: '今年以来', en: 'for the year to date' },
  averagePerPeriod: { zh: '期间平均', en: 'as an average per period' },
};

const errorClassWords: Record<ErrorClass, Text> = {
  typing: { zh: '录入差错', en: 'typing error' },
  unit: { zh: '单位差错', en: 'wrong unit' },
  calculation: { zh: '计算差错', en: 'calculation error' },
  source: { zh: '来源差错', en: 'error of the source' },
  scope: { zh: '范围差错', en: 'wrong scope' },
  other: { zh: '其他差错', en: 'other error' },
};
