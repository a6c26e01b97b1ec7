import type { Basis, MetricKind, Stage, Text, TimeSemantics } from '@ledger/domain';
import { areas } from './places.js';
import { facilities, fields, matters, premises, type Subject } from './subjects.js';

/** A reform of the programme, the office that leads it, and what it is to reach. */
export type Reform = { key: string; office: string; names: Text; stage: Stage; goals: Text[] };

/** What is measured; a metric is a template for one subject, or for the whole district. */
export type Template = {
  key: string;
  reform: number;
  kind: MetricKind;
  time: TimeSemantics;
  unit?: string;
  word?: string;
  nature?: 'counted' | 'continuous';
  basis?: Basis;
  names: Text;
  /** What a whole district has after some years, or in a month (flow), or of 10,000 (ratio). */
  scale: number;
  subjects: readonly Subject[];
};

const [land, district, science, sites] = [areas, fields, facilities, premises];

export const reforms: readonly Reform[] = `
comprehensive|reform-office|综合改革总体进展|Comprehensive reform as a whole|demonstrationPoint
science-centre|science-city-office|科学中心先行启动区建设|Pioneer area of the science centre|pilot
land-redevelopment|urban-renewal-bureau|土地二次开发改革|Land redevelopment|pilot
big-science|science-bureau|大科学装置组织机制|How big-science facilities are organised|pilot
research-management|science-bureau|科研机构管理体制|Management of research institutions|proposed
impact-assessment|ecology-bureau|环境影响评价制度改革|Environmental impact assessment|proposed
construction-supervision|housing-bureau|建设工程监管改革|Supervision of construction works|pilot
one-click-services|government-services-bureau|政务服务“秒批”“主动办”|Instant and proactive services|pilot
whole-subject-grid|political-legal-committee|全科网格基层治理|Whole-subject grids|proposed
public-appeals|appeals-bureau|群众诉求服务|Service for public appeals|demonstrationPoint
clean-business|supervision-committee|企业合规与营商环境监督|Clean business environment|pilot
estate-governance|organisation-department|党建引领小区治理|Governance of residential estates|proposed
streamlining|market-bureau|“放管服”改革|Streamlining administration|pilot`
  .trim()
  .split('\n')
  .map((line) => {
    const [key = '', office = '', zh = '', en = '', stage] = line.split('|');
    return { key, office, names: { zh, en }, stage: stageOf(stage), goals: goalsOf(zh, en) };
  });

function stageOf(text: string | undefined): Stage {
  return text === 'pilot' || text === 'demonstrationPoint' ? text : 'proposed';
}

function goalsOf(zh: string, en: string): Text[] {
  return [
    { zh: `《${zh}实施方案》印发`, en: `${en}: implementation plan issued` },
    { zh: `${zh}首批试点启动`, en: `${en}: first pilots started` },
    { zh: `${zh}信息平台上线`, en: `${en}: platform in operation` },
    { zh: `${zh}中期评估完成`, en: `${en}: mid-term review completed` },
    { zh: `${zh}经验全区推广`, en: `${en}: rolled out across the district` },
  ];
}

type Row = [
  key: string,
  reform: number,
  measure: string,
  zh: string,
  en: string,
  scale: number,
  subjects: readonly Subject[],
];

const counts = (kind: MetricKind, time: TimeSemantics, rows: Row[]): Template[] =>
  rows.map(([key, reform, measure, zh, en, scale, subjects]) => {
    const [unit = '', word = '', basis] = measure.split(' ');
    const nature = ['m2', 't', 'cny', 'percent'].includes(unit) ? 'continuous' : 'counted';
    return {
      key,
      reform,
      kind,
      time,
      ...(unit !== '' && { unit, word, nature }),
      ...((basis === 'floorArea' || basis === 'landArea') && { basis }),
      names: { zh, en },
      scale,
      subjects,
    };
  });

/** In an order in which the first ones already show every kind. */
export const templates: readonly Template[] = interleaved([
  counts('cumulative', 'asOf', [
    ['signed-area', 2, 'm2 平方米 floorArea', '签约建筑面积', 'Floor area signed', 1_150_000, land],
    ['vacated-area', 2, 'm2 平方米 floorArea', '腾空建筑面积', 'Floor area vacated', 720_000, land],
    ['demolished-area', 2, 'm2 平方米 floorArea', '拆除建筑面积', 'Area demolished', 630_000, land],
    [
      'land-handed-over',
      2,
      'm2 平方米 landArea',
      '移交用地面积',
      'Land handed over',
      255_000,
      land,
    ],
    ['enterprises-signed', 2, 'enterprise 家', '签约企业', 'Enterprises signed', 860, land],
    ['measures-launched', 0, 'measure 条', '推出改革举措', 'Measures launched', 380, matters],
    ['patents-granted', 4, 'document 件', '累计获得授权专利', 'Patents granted', 5_200, science],
    ['wastewater', 5, 't 吨', '集中处置零星废水', 'Wastewater disposed of', 116_000, sites],
    ['sites-inspected', 6, 'call 次', '累计巡查工地', 'Site inspections', 86_000, sites],
    ['contracts-supervised', 10, 'agreement 份', '签订廉洁协议', 'Integrity pacts', 3_400, matters],
    ['funds-saved', 12, 'cny 元', '累计为企业减负', 'Costs saved', 460_000_000, matters],
  ]),
  counts('stock', 'asOf', [
    ['stations', 9, 'station 个', '群众诉求服务站', 'Appeal stations in use', 128, sites],
    ['grid-workers', 8, 'person 人', '在岗网格员', 'Grid workers on duty', 1_260, sites],
    ['laboratories', 3, 'laboratory 个', '在建实验室', 'Laboratories being built', 46, science],
    ['staff-employed', 4, 'person 人', '在册科研人员', 'Research staff', 2_900, science],
    ['branches', 11, 'branch 个', '党支部', 'Party branches', 240, sites],
    ['sites-open', 6, 'point 个', '在建工地', 'Open building sites', 310, sites],
  ]),
  counts('flow', 'period', [
    ['disputes-resolved', 9, 'case 宗', '化解矛盾纠纷', 'Disputes resolved', 1_660, district],
    ['grid-events', 8, 'event 件', '网格上报事件', 'Grid events reported', 16_800, district],
    ['services-instant', 7, 'case 件', '“秒批”办件量', 'Cases approved instantly', 21_500, matters],
    ['hazards-removed', 6, 'point 处', '整改安全隐患', 'Hazards removed', 3_900, sites],
    ['visits-paid', 10, 'call 次', '走访服务企业', 'Visits to enterprises', 1_450, sites],
    ['meetings-held', 11, 'call 次', '居民议事会', 'Meetings of residents', 620, sites],
    ['trials-run', 3, 'call 次', '装置开放机时批次', 'Facility runs', 940, science],
  ]),
  counts('ratio', 'period', [
    [
      'resolution-rate',
      9,
      'percent %',
      '诉求按期办结率',
      'Appeals settled in time',
      9_870,
      district,
    ],
    ['online-rate', 7, 'percent %', '全程网办率', 'Handled wholly online', 9_260, matters],
    ['satisfaction', 12, 'percent %', '办事满意率', 'Satisfaction', 9_910, matters],
    ['closing-rate', 8, 'percent %', '网格事件办结率', 'Grid events closed', 9_640, district],
  ]),
  counts('cumulative', 'yearToDate', [
    ['certificates-year', 7, 'call 次', '今年以来电子证照调用', 'E-certificates', 168_000, matters],
    ['appeals-year', 9, 'event 件', '今年以来受理诉求', 'Appeals received', 52_000, district],
    ['filings-year', 5, 'document 件', '今年以来环评备案', 'Filings this year', 1_900, matters],
  ]),
  counts('progress', 'asOf', [
    ['works-progress', 1, 'percent %', '工程形象进度', 'Progress of works', 9_700, science],
    [
      'fit-out-progress',
      3,
      'percent %',
      '安装装修进度',
      'Installation and fit-out',
      9_600,
      science,
    ],
    ['clearing-progress', 2, 'percent %', '土地清理进度', 'Clearing of land', 9_500, land],
  ]),
  counts('parameter', 'asOf', [
    ['list-categories', 8, 'category 类', '事项清单类别', 'Categories of the list', 22, district],
    ['policy-system', 4, '', '制度体系', 'Policy system', 0, science],
    ['time-limit', 12, 'item 项', '承诺时限事项', 'Items with a time limit', 155, matters],
  ]),
]);

/** One of each list in turn until all are used up. */
function interleaved<T>(lists: readonly T[][]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
