import { sayFrom } from '../text/catalogue.js';
import { en } from '../text/en.js';
import { zh } from '../text/zh.js';
import { metric, milestone } from './fixtures.js';
import { sectionOf } from './highlights.js';

const reform = (id: string) => ({
  id,
  names: { zh: `改革${id}`, en: `Reform ${id}` },
  positions: ['1'],
});

describe('a highlight as a section of the page', () => {
  it('parts figures from milestones and keeps the reading order of each', () => {
    // given
    const items = [
      milestone('a', { status: 'ongoing' }),
      metric('b', undefined),
      milestone('c'),
      metric('d', undefined),
    ];
    // when
    const section = sectionOf({ highlight: 2, reforms: [reform('x')], items }, 'zh', sayFrom(zh));
    // then
    expect(section.metrics.map(({ id }) => id)).toEqual(['b', 'd']);
    expect(section.milestones.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(section).toMatchObject({
      anchor: 'highlight-2',
      number: 2,
      name: '改革x',
      reached: 1,
    });
  });

  it('names all reforms of a highlight', () => {
    const reforms = [reform('x'), reform('y')];
    expect(sectionOf({ highlight: 3, reforms, items: [] }, 'en', sayFrom(en)).name).toBe(
      'Reform x; Reform y',
    );
  });

  it('gives no number to the programme as a whole and to what lies outside of it', () => {
    const programme = sectionOf({ highlight: 0, reforms: [], items: [] }, 'zh', sayFrom(zh));
    const other = sectionOf({ highlight: null, reforms: [], items: [] }, 'en', sayFrom(en));
    expect(programme).toMatchObject({ anchor: 'highlight-0', name: '总体情况' });
    expect(other).toMatchObject({ anchor: 'highlight-other', name: 'Other reforms' });
    expect(programme.number ?? other.number).toBeUndefined();
  });
});
