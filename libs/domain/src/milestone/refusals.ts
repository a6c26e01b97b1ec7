import type { Refusal } from '../decision.js';
import type { EventDate } from '../time/time.js';

/** What stands: on which day the milestone was reached, and the event that says so. */
type Reached = { on: EventDate; reachedBy: string };

export const alreadyPlanned = (milestone: string): Refusal => ({
  code: 'MILESTONE_ALREADY_PLANNED',
  pointer: '/milestone',
  message: {
    zh: `里程碑 ${milestone} 已列入计划，且内容与本次不同。`,
    en: `Milestone ${milestone} is planned already, with other particulars.`,
  },
  hint: {
    zh: '如系另一个里程碑，请另用编号。',
    en: 'Use another identifier for another milestone.',
  },
  received: milestone,
});

export const notPlanned = (milestone: string): Refusal => ({
  code: 'MILESTONE_NOT_PLANNED',
  pointer: '/milestone',
  message: {
    zh: `里程碑 ${milestone} 尚未列入计划。`,
    en: `Milestone ${milestone} is not planned.`,
  },
  hint: { zh: '请先登记该里程碑，或改正编号。', en: 'Plan it first, or mend the identifier.' },
  received: milestone,
});

export const alreadyReached = (milestone: string, { on, reachedBy }: Reached): Refusal => ({
  code: 'MILESTONE_ALREADY_REACHED',
  pointer: '/on/date',
  message: {
    zh: `里程碑 ${milestone} 已于 ${on.date} 达成。`,
    en: `Milestone ${milestone} was reached on ${on.date} already.`,
  },
  hint: {
    zh: '如原记录有误，请先撤销该达成记录并说明理由，再重新填报。',
    en: 'If that is wrong, revoke it with a reason and report again.',
  },
  facts: { eventId: reachedBy, date: on.date },
});

export const evidenceMissing = (milestone: string): Refusal => ({
  code: 'MILESTONE_EVIDENCE_MISSING',
  pointer: '/evidence',
  message: {
    zh: `里程碑 ${milestone} 的达成缺少佐证材料。`,
    en: `No evidence is given that milestone ${milestone} was reached.`,
  },
  hint: {
    zh: '请附佐证材料的 SHA-256 摘要，或注明出处及其位置。',
    en: 'Add the SHA-256 digest of a document, or a source with its place.',
  },
});

/** `stands` is what could be revoked instead, where the milestone is reached at all. */
export const notReached = (revokes: string, stands?: Reached): Refusal => ({
  code: 'MILESTONE_NOT_REACHED',
  pointer: '/revokes',
  message: stands
    ? {
        zh: `事件 ${revokes} 不是现行的达成记录。`,
        en: `Event ${revokes} is not the one by which the milestone stands as reached.`,
      }
    : {
        zh: '该里程碑目前没有达成记录可供撤销。',
        en: 'The milestone does not stand as reached, so there is nothing to revoke.',
      },
  hint: stands
    ? { zh: `现行记录为 ${stands.reachedBy}。`, en: `The one that stands is ${stands.reachedBy}.` }
    : { zh: '请核对里程碑的现状。', en: 'Look at how the milestone stands.' },
  received: revokes,
  ...(stands && { facts: { eventId: stands.reachedBy, date: stands.on.date } }),
});
