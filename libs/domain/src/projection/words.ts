import { unreachable } from '../assertions.js';
import type { Lang, Text } from '../text.js';
import type { ProjectionEvent, ReadModelsRebuilt, RebuildTrigger } from './events.js';
import type { ProjectionState } from './state.js';

/** One sentence on what happened. */
export function describeProjectionEvent(event: ProjectionEvent, lang: Lang): string {
  switch (event.type) {
    case 'ReadModelsRebuilt': {
      const { projection, build, trigger, position } = event.data;
      const [asked, compared] = [triggers[trigger], comparison(event.data)];
      return {
        zh: `${asked.zh}重建视图（${projection}，构建 ${build}），比对至位置 ${position}：${compared.zh}。`,
        en: `The read models (${projection}, build ${build}) were rebuilt ${asked.en} and compared up to position ${position}: ${compared.en}.`,
      }[lang];
    }
    default:
      return unreachable(event.type);
  }
}

/** What the ledger says of its read models now, a line each. */
export function describeProjectionState(state: ProjectionState, lang: Lang): string[] {
  if (state.status === 'none') {
    return [{ zh: '视图重建尚无记录。', en: 'No rebuild is recorded.' }[lang]];
  }
  const { latest, rebuilds } = state;
  const { build, position } = latest.said;
  return [
    {
      zh: `视图重建 ${rebuilds.size} 次，最近一次为构建 ${build}（位置 ${position}）。`,
      en: `Rebuilt ${rebuilds.size === 1 ? 'once' : `${rebuilds.size} times`}, last as build ${build} at position ${position}.`,
    }[lang],
  ];
}

/** An explanation may have several lines; a sentence has one. */
function comparison({ models, explanation }: ReadModelsRebuilt['data']): Text {
  const equal = models.filter(({ verdict }) => verdict === 'equal').length;
  const others = models.filter(({ verdict }) => verdict === 'explained').map(({ name }) => name);
  const said = { zh: inOneLine(explanation?.zh), en: inOneLine(explanation?.en) };
  if (others.length === 0) {
    return { zh: `${equal} 个视图均与原有一致`, en: `${each(equal)} as before` };
  }
  return {
    zh: `${equal} 个视图与原有一致，${others.join('、')} 不同，说明为“${said.zh}”`,
    en: `${each(equal)} as before, ${others.join(', ')} otherwise, explained by "${said.en}"`,
  };
}

const each = (count: number): string => (count === 1 ? '1 model' : `${count} models`);

const inOneLine = (text = ''): string => text.trim().replaceAll(/\s+/g, ' ');

const triggers: Record<RebuildTrigger, Text> = {
  boot: { zh: '启动时', en: 'at the start of the server' },
  operation: { zh: '应操作请求', en: 'on request' },
  commandLine: { zh: '由命令行', en: 'from the command line' },
};
