import { unreachable } from '../assertions.js';
import type { Lang } from '../text.js';
import type { MilestoneEvent } from './events.js';
import type { MilestoneState } from './state.js';

/** One sentence on what happened. */
export function describeMilestoneEvent(event: MilestoneEvent, lang: Lang): string {
  switch (event.type) {
    case 'MilestonePlanned': {
      const { milestone, names, label, due } = event.data;
      const zh = `${label ? `，${label.printed}` : ''}${due ? `，时限 ${due}` : ''}`;
      const en = `${label ? `, ${label.printed}` : ''}${due ? `, due ${due}` : ''}`;
      return {
        zh: `列入里程碑“${names.zh}”（${milestone}${zh}）。`,
        en: `Milestone "${names.en}" (${milestone}${en}) was planned.`,
      }[lang];
    }
    case 'MilestoneReportedOngoing': {
      const { milestone, on } = event.data;
      return {
        zh: `截至 ${on.date}，里程碑 ${milestone} 正在推进。`,
        en: `As of ${on.date} milestone ${milestone} is under way.`,
      }[lang];
    }
    case 'MilestoneReached': {
      const { milestone, on } = event.data;
      return on.type === 'date'
        ? {
            zh: `${on.date}，里程碑 ${milestone} 达成。`,
            en: `Milestone ${milestone} was reached on ${on.date}.`,
          }[lang]
        : {
            zh: `截至 ${on.date}，里程碑 ${milestone} 已达成。`,
            en: `Milestone ${milestone} was reached by ${on.date}.`,
          }[lang];
    }
    case 'MilestoneReachRevoked': {
      const { milestone, revokes } = event.data;
      return {
        zh: `撤销里程碑 ${milestone} 的达成记录 ${revokes}。`,
        en: `That milestone ${milestone} was reached (${revokes}) was revoked.`,
      }[lang];
    }
    default:
      return unreachable(event);
  }
}

/** What the ledger says of the milestone now, a line each. */
export function describeMilestoneState(state: MilestoneState, lang: Lang): string[] {
  if (state.status === 'none') {
    return [{ zh: '里程碑尚未列入计划。', en: 'Not planned.' }[lang]];
  }
  const name = state.plan.names[lang];
  return [{ zh: `里程碑“${name}”，`, en: `"${name}", ` }[lang] + standing(state, lang)];
}

function standing(state: Exclude<MilestoneState, { status: 'none' }>, lang: Lang): string {
  switch (state.status) {
    case 'planned':
      return { zh: '待推进。', en: 'planned.' }[lang];
    case 'ongoing': {
      const date = state.reports.at(-1)?.on.date ?? '';
      return { zh: `推进中（截至 ${date}）。`, en: `under way (as of ${date}).` }[lang];
    }
    case 'reached':
      return { zh: `已达成（${state.on.date}）。`, en: `reached (${state.on.date}).` }[lang];
    case 'revoked':
      return { zh: '达成记录已撤销。', en: 'no longer reached: revoked.' }[lang];
    default:
      return unreachable(state);
  }
}
