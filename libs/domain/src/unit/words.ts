import { unreachable } from '../assertions.js';
import type { Lang, Text } from '../text.js';
import type { UnitEvent, UnitLevel } from './events.js';
import type { UnitState } from './state.js';

/** One sentence on what happened. */
export function describeUnitEvent(event: UnitEvent, lang: Lang): string {
  switch (event.type) {
    case 'UnitRegistered': {
      const { unit, names, level, parent } = event.data;
      const under = { zh: parent ? `，上级 ${parent}` : '', en: parent ? `, under ${parent}` : '' };
      return {
        zh: `登记单位“${names.zh}”（${unit}，${levels[level].zh}${under.zh}）。`,
        en: `Unit "${names.en}" (${unit}, ${levels[level].en}${under.en}) was registered.`,
      }[lang];
    }
    case 'UnitRenamed': {
      const { unit, names } = event.data;
      return {
        zh: `单位 ${unit} 更名为“${names.zh}”。`,
        en: `Unit ${unit} was renamed "${names.en}".`,
      }[lang];
    }
    default:
      return unreachable(event);
  }
}

/** What the ledger says of the unit now, a line each. */
export function describeUnitState(state: UnitState, lang: Lang): string[] {
  if (state.status === 'none') return [{ zh: '单位尚未登记。', en: 'Not registered.' }[lang]];
  const { names, level } = state.unit;
  return [
    { zh: `单位“${names.zh}”，${levels[level].zh}。`, en: `"${names.en}", ${levels[level].en}.` }[
      lang
    ],
  ];
}

const levels: Record<UnitLevel, Text> = {
  district: { zh: '区级', en: 'district level' },
  street: { zh: '街道', en: 'street level' },
  community: { zh: '社区', en: 'community level' },
  institution: { zh: '机构', en: 'institution' },
  other: { zh: '其他', en: 'other' },
};
