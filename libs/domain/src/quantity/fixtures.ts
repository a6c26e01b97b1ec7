import type { Qualifier } from './quantity.js';

// The figures of the article on twelve reform highlights of Guangming District (2021-08-26), as
// printed and as they have to be read. Bounds are those that the qualifier states; the upper one
// of 以上 is the physical limit of a rate, and the last one the reading habit of 余 and 超.

export type ArticleFigure = {
  metric: string;
  kind: string;
  unit: string;
  printed: string;
  amount?: string;
  qualifier: string;
  resolution?: string;
  lower?: string;
  upper?: string;
  conventionalUpper?: string;
};

const columns =
  'metric kind unit printed amount qualifier resolution lower upper conventionalUpper'.split(' ');

/** Columns as named above, `-` for what the article does not give. */
const table = `
  demonstration-results-second-batch-count flow result 3个 3 exact
  reform-work-areas parameter work-area 6个方面 6 exact
  reform-demonstration-points-launched cumulative point 8个 8 exact
  reform-measures-launched cumulative measure 80余条 80 moreThan - 80 - 90
  institutional-innovations-formed cumulative item 26项 26 exact
  facilities-installation-fitout-progress progress percent 80% 80 exact
  unified-land-planning-area parameter km2 约1.96平方公里 1.96 about 0.01
  relocation-agreement-signed-floor-area cumulative m2 115万平方米 1150000 exact 10000
  vacated-premises-handed-over-area cumulative m2 68.1万平方米 681000 exact 1000
  demolished-floor-area cumulative m2 63万平方米 630000 exact 10000
  depot-construction-land-handed-over-area cumulative m2 25.5万平方米 255000 exact 1000
  pi-laboratories-integrated stock laboratory 30个 30 exact
  enterprise-joint-laboratories-integrated stock laboratory 11个 11 exact
  cas-key-laboratories-integrated stock laboratory 1个 1 exact
  guangdong-key-laboratories-integrated stock laboratory 1个 1 exact
  shenzhen-key-laboratories-integrated stock laboratory 2个 2 exact
  academic-leaders-recruited stock person 40余名 40 moreThan - 40 - 50
  part-time-academicians stock person 7人 7 exact
  centre-enterprise-selection-batches cumulative batch 两批 2 exact
  centre-enterprises-selected cumulative enterprise 40余家 40 moreThan - 40 - 50
  centre-enterprises-settled stock enterprise 13家 13 exact
  interdisciplinary-directions parameter direction 3个 3 exact
  interdisciplinary-institutes-set-up stock institute 15个 15 exact
  resident-teams-attracted stock team 80余个 80 moreThan - 80 - 90
  co-building-agreements-signed cumulative agreement 10家 10 exact
  eia-pilot-area parameter km2 约27.6平方公里 27.6 about 0.1
  geohazard-assessment-area parameter km2 14.25平方公里 14.25 exact 0.01
  wastewater-agreements-signed cumulative enterprise 154家 154 exact
  wastewater-treated-mass cumulative t 1.16万吨 11600 exact 100
  contract-template-categories-issued cumulative category 7类 7 exact
  supporting-document-categories cumulative category 11类 11 exact
  supporting-documents-issued cumulative document 32个 32 exact
  instant-approval-pilot-items stock item 9个 9 exact
  subsidy-application-channels stock channel 三个 3 exact
  base-grids-before stock grid 1734个 1734 exact
  whole-subject-grid-categories parameter category 5大类 5 exact
  whole-subject-grids stock grid 126个 126 exact
  area-per-grid-standard parameter km2-per-grid 1平方公里/个 1 exact
  personnel-integrated-into-grids stock person 5000余人 5000 moreThan - 5000 - 6000
  community-deployable-personnel-before stock person 30余人 30 moreThan - 30 - 40
  community-deployable-personnel stock person 100余人 100 moreThan - 100 - 200
  grid-event-categories parameter category 22类 22 exact
  grid-event-items parameter item 196项 196 exact
  grid-event-items-basic parameter item 155个 155 exact
  grid-event-items-extended parameter item 41个 41 exact
  grid-platforms-built stock platform 两个 2 exact
  grid-events-handled-monthly-average flow event-per-month 1.1万件/月 11000 exact 1000
  grid-event-grassroots-resolution-rate ratio percent 99.6%以上 99.6 atLeast - 99.6 100
  appeal-class1-stations-in-use stock station 28个 28 exact
  disputes-resolved flow case 9985宗 9985 exact
  dispute-resolution-rate ratio percent 99.87% 99.87 exact 0.01
  appeal-team-size parameter person 3-5人 - range - 3 5
  appeal-professional-staff stock person 98人 98 exact
  key-persons-tracked stock person 376人 376 exact
  key-buildings-tracked stock building 5390栋 5390 exact
  enterprise-report-key-fields parameter field 5大领域 5 exact
  no-bribery-pledges cumulative person 近百名 100 nearly - - 100
  party-members-surveyed cumulative person 1763名 1763 exact
  party-branches-established cumulative branch 45个 45 exact
  estates-covered stock estate 56个 56 exact
  branch-secretaries-appointed cumulative person 44名 44 exact
  four-exemptions-kinds parameter kind 四免 4 exact
  service-items-linked-to-e-certificates stock item 560项 560 exact
  e-certificate-linkage-rate ratio percent 76% 76 exact 1
  e-certificate-materials-linked stock document 1318份 1318 exact
  e-certificate-types-activated stock type 174种 174 exact
  e-certificate-calls cumulative call 16万余次 160000 moreThan - 160000 - 170000
  e-certificates-issued cumulative certificate 超8万张 80000 over - 80000 - 90000
  talent-credit-service-items stock item 280项 280 exact
  business-environment-key-fields parameter field 10个 10 exact
  business-environment-reform-tasks stock task 76项 76 exact
`;

/** All 70 figures of the article that have an amount, and its one range. */
export const articleFigures: readonly ArticleFigure[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const cells = line.trim().split(' ');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '-';
    const optional = (name: string) => (cell(name) === '-' ? {} : { [name]: cell(name) });
    return {
      metric: cell('metric'),
      kind: cell('kind'),
      unit: cell('unit'),
      printed: cell('printed'),
      qualifier: cell('qualifier'),
      ...optional('amount'),
      ...optional('resolution'),
      ...optional('lower'),
      ...optional('upper'),
      ...optional('conventionalUpper'),
    };
  });

export const qualifiers: readonly Qualifier[] = [
  'exact',
  'moreThan',
  'over',
  'atLeast',
  'nearly',
  'about',
  'range',
];

/** The seed of random tests: printed, so that a failure can be run again with FC_SEED. */
export function printedSeed(test: string): number {
  const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${test}: FC_SEED=${seed}`);
  return seed;
}
