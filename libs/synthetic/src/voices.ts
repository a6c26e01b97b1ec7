import type { ErrorClass, MetricKind } from '@ledger/domain';
import type { Actor, Source } from '@ledger/event-log';
import { isoDay, type Day } from './calendar.js';
import { reforms } from './catalogue.js';
import type { Series } from './metrics.js';
import { PREFIX, REFORM_OFFICE, unitId } from './places.js';
import { at, type Random } from './random.js';

/** Who speaks for the reform office: it registers, plans, revises and corrects. */
export const officer = (random: Random): Actor => ({
  id: `${PREFIX}-officer-${1 + random.below(6)}`,
  role: 'reformOffice',
  unit: REFORM_OFFICE,
});

/** Who reports a series: a street for what it counts, else the office that leads the reform. */
export function reporter({ metric, member }: Series, random: Random): Actor {
  const office = at(reforms, metric.template.reform).office;
  return {
    id: `${PREFIX}-clerk-${1 + random.below(40)}`,
    role: 'reporter',
    unit: member.reporter ?? unitId(office),
  };
}

export const paperOf = (day: Day, number: number): Source => ({
  kind: 'document',
  id: `${PREFIX}-reform-office-${isoDay(day).slice(0, 4)}-${String(number).padStart(3, '0')}`,
  locator: { page: 1 + (number % 9), item: 1 + (number % 5) },
});

/** Where a figure comes from: a workbook of the month, or a line of a system's daily extract. */
export function sourceOf({ metric }: Series, slot: Day, random: Random): Source {
  const { key } = metric.template;
  const date = isoDay(slot);
  if (metric.frequency === 'daily' || random.chance(0.2)) {
    const id = `${PREFIX}-${key}-extract-${date}`;
    return { kind: 'system', id, locator: { batch: date, row: 1 + random.below(900) } };
  }
  const cell = `${'CDEFGH'.charAt(random.below(6))}${2 + random.below(400)}`;
  const id = `${PREFIX}-${key}-${date.slice(0, 7)}.xlsx`;
  return { kind: 'workbook', id, locator: { sheet: '填报表', cell } };
}

const notes: Record<MetricKind, readonly string[]> = {
  cumulative: ['含上年结转数，剔除已退出项目', '数据由街道填报、责任单位核实', '按移交台账统计'],
  stock: ['以期末在册数为准', '含借用、派驻人员', '当期新增与撤销相抵'],
  flow: ['不含转交其他单位办理的事项', '含热线和网格两个渠道', '同一事项不重复计数'],
  ratio: ['分母不含未到办理时限的事项', '按办结时间归属报告期'],
  progress: ['以监理月报为准', '设备到货较计划略有延迟'],
  parameter: ['以现行清单为准'],
};

export const noteOf = (kind: MetricKind, random: Random): string => random.pick(notes[kind]);

const mistakes: readonly (readonly [ErrorClass, readonly string[]])[] = [
  ['typing', ['录入时错一位', '行次错位，误填上一行数据']],
  ['scope', ['漏计一个社区的数据', '误将跨区项目计入', '两处地块重复计入']],
  ['calculation', ['汇总公式漏选一列', '合计时重复相加']],
  ['source', ['来源台账已更新，以更新后的为准', '经与责任单位核对，以核定数为准']],
  ['unit', ['填报时未换算计量单位']],
  ['other', ['审计抽查后更正']],
];

export function mistake(random: Random): { errorClass: ErrorClass; reason: string } {
  const [errorClass, reasons] = random.pick(mistakes);
  return { errorClass, reason: random.pick(reasons) };
}

const takenBack = ['填报到错误的报告期', '来源材料已撤回，待重新核定', '与其他单位重复填报'];

export const withdrawalReason = (random: Random): string => random.pick(takenBack);
