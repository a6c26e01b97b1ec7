import type { BoardHighlight, BoardMetric, BoardMilestone } from '../board-types.js';
import type { Language, Say } from '../text/catalogue.js';

/** A highlight as the page shows it: figures and milestones apart, each in reading order. */
export type Section = {
  anchor: string;
  /** 1 to 12; absent for the programme as a whole and for reforms outside of it. */
  number?: number;
  name: string;
  metrics: BoardMetric[];
  milestones: BoardMilestone[];
  reached: number;
};

export function sectionOf(highlight: BoardHighlight, language: Language, say: Say): Section {
  const metrics = highlight.items.filter((item) => item.kind === 'metric');
  const milestones = highlight.items.filter((item) => item.kind === 'milestone');
  const number = highlight.highlight;
  const names = highlight.reforms.map((reform) => reform.names[language]);
  return {
    anchor: `highlight-${number ?? 'other'}`,
    ...(number === null || number === 0 ? {} : { number }),
    name: names.join(language === 'zh' ? '、' : '; ') || fallbackName(number, say),
    metrics,
    milestones,
    reached: milestones.filter(({ status }) => status === 'reached').length,
  };
}

function fallbackName(number: number | null, say: Say): string {
  if (number === null) return say('highlight.other');
  return number === 0 ? say('highlight.programme') : say('highlight.numbered', { number });
}
