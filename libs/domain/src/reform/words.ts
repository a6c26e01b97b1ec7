import { unreachable } from '../assertions.js';
import type { Lang, Text } from '../text.js';
import type { ReformEvent, Stage } from './events.js';
import type { ReformState } from './state.js';

/** One sentence on what happened. */
export function describeReformEvent(event: ReformEvent, lang: Lang): string {
  switch (event.type) {
    case 'ReformRegistered': {
      const { reform, names, stage } = event.data;
      return {
        zh: `登记改革举措“${names.zh}”（${reform}）${stage ? `，处于${stageWords[stage].zh}阶段` : ''}。`,
        en: `Reform "${names.en}" (${reform}) was registered${stage ? ` at stage ${stageWords[stage].en}` : ''}.`,
      }[lang];
    }
    case 'StageAdvanced': {
      const { reform, from, to, on } = event.data;
      return {
        zh: `${on}，改革举措 ${reform} ${from ? `由${stageWords[from].zh}` : ''}进入${stageWords[to].zh}阶段。`,
        en: `On ${on} reform ${reform} advanced ${from ? `from ${stageWords[from].en} ` : ''}to ${stageWords[to].en}.`,
      }[lang];
    }
    case 'ResponsibilityAssigned': {
      const { reform, lead, coUnits, due } = event.data;
      const zh = [
        `明确改革举措 ${reform} 由 ${lead} 牵头`,
        ...(coUnits.length > 0 ? [`${coUnits.join('、')} 配合`] : []),
        ...(due ? [`完成时限 ${due}`] : []),
      ];
      const en = [
        `Reform ${reform} was assigned to ${lead}`,
        ...(coUnits.length > 0 ? [`with ${coUnits.join(', ')}`] : []),
        ...(due ? [`due ${due}`] : []),
      ];
      return { zh: `${zh.join('，')}。`, en: `${en.join(', ')}.` }[lang];
    }
    default:
      return unreachable(event);
  }
}

/** What the ledger says of the reform now, a line each. */
export function describeReformState(state: ReformState, lang: Lang): string[] {
  if (state.status === 'none') {
    return [{ zh: '改革举措尚未登记。', en: 'Not registered.' }[lang]];
  }
  const { registration, stage, responsibility } = state;
  const name = registration.value.names[lang];
  const at = stage && stageWords[stage.value][lang];
  return [
    {
      zh: `改革举措“${name}”，${at ? `处于${at}阶段` : '阶段未说明'}。`,
      en: `"${name}", ${at ? `stage ${at}` : 'stage not stated'}.`,
    }[lang],
    ...(responsibility
      ? [
          {
            zh: `牵头单位 ${responsibility.value.lead}。`,
            en: `Lead unit ${responsibility.value.lead}.`,
          }[lang],
        ]
      : []),
  ];
}

export const stageWords: Record<Stage, Text> = {
  proposed: { zh: '提出', en: 'proposed' },
  pilot: { zh: '试点', en: 'pilot' },
  demonstrationPoint: { zh: '示范点', en: 'demonstration point' },
  replicated: { zh: '复制推广', en: 'replicated' },
  institutionalised: { zh: '形成制度', en: 'institutionalised' },
};
