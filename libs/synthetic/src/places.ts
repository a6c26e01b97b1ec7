import type { Text, UnitEvent } from '@ledger/domain';

type Unit = Extract<UnitEvent, { type: 'UnitRegistered' }>['data'];

/** Every identifier begins with this, so that nothing synthetic passes for the district's own. */
export const PREFIX = 'demo';

export const DISTRICT = `${PREFIX}-guangming`;
export const REFORM_OFFICE = `${PREFIX}-reform-office`;

/** A street 街道 and its communities 社区, each as Chinese name and pinyin. */
const streets: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  [
    '光明',
    'Guangming',
    [
      ['白花', 'Baihua'],
      ['迳口', 'Jingkou'],
      ['翠湖', 'Cuihu'],
      ['东周', 'Dongzhou'],
      ['碧眼', 'Biyan'],
    ],
  ],
  [
    '公明',
    'Gongming',
    [
      ['上村', 'Shangcun'],
      ['下村', 'Xiacun'],
      ['西田', 'Xitian'],
      ['李松蓢', 'Lisonglang'],
      ['合水口', 'Heshuikou'],
    ],
  ],
  [
    '新湖',
    'Xinhu',
    [
      ['楼村', 'Loucun'],
      ['新羌', 'Xinqiang'],
      ['圳美', 'Zhenmei'],
      ['新陂头', 'Xinpitou'],
      ['羌下', 'Qiangxia'],
    ],
  ],
  [
    '凤凰',
    'Fenghuang',
    [
      ['塘家', 'Tangjia'],
      ['塘尾', 'Tangwei'],
      ['东坑', 'Dongkeng'],
      ['甲子塘', 'Jiazitang'],
      ['红坳', 'Hongao'],
    ],
  ],
  [
    '玉塘',
    'Yutang',
    [
      ['玉律', 'Yulv'],
      ['田寮', 'Tianliao'],
      ['长圳', 'Changzhen'],
      ['红星', 'Hongxing'],
      ['玉泉', 'Yuquan'],
    ],
  ],
  [
    '马田',
    'Matian',
    [
      ['马山头', 'Mashantou'],
      ['薯田埔', 'Shutianpu'],
      ['将石', 'Jiangshi'],
      ['石家', 'Shijia'],
      ['根竹园', 'Genzhuyuan'],
      ['新庄', 'Xinzhuang'],
    ],
  ],
];

/** The offices that lead a reform, by the key that the reforms name them with. */
const offices: readonly (readonly [string, string, string])[] = [
  ['reform-office', '区委改革办', 'Reform Office'],
  ['science-city-office', '科学城建设办', 'Science City Office'],
  ['urban-renewal-bureau', '区城市更新和土地整备局', 'Urban Renewal and Land Bureau'],
  ['science-bureau', '区科技创新局', 'Science and Innovation Bureau'],
  ['ecology-bureau', '市生态环境局光明管理局', 'Ecology and Environment Bureau'],
  ['housing-bureau', '区住房和建设局', 'Housing and Construction Bureau'],
  ['government-services-bureau', '区政务服务数据管理局', 'Government Services and Data Bureau'],
  ['political-legal-committee', '区委政法委', 'Political and Legal Affairs Committee'],
  ['appeals-bureau', '区信访局', 'Public Appeals Bureau'],
  ['supervision-committee', '区纪委监委', 'Discipline and Supervision Committee'],
  ['organisation-department', '区委组织部', 'Organisation Department'],
  ['market-bureau', '市市场监管局光明局', 'Market Regulation Bureau'],
];

export const unitId = (key: string): string => `${PREFIX}-${key}`;
const idOf = (pinyin: string): string => pinyin.toLowerCase();

/** The units of three levels, each after its parent. */
export const units: readonly Unit[] = [
  { unit: DISTRICT, names: { zh: '光明区', en: 'Guangming District' }, level: 'district' },
  ...offices.map(([key, zh, en]): Unit => ({
    unit: unitId(key),
    names: { zh, en },
    level: 'district',
    parent: DISTRICT,
  })),
  ...streets.flatMap(([zh, pinyin, communities]): Unit[] => {
    const street = unitId(`${idOf(pinyin)}-street`);
    const names = { zh: `${zh}街道`, en: `${pinyin} Street` };
    return [
      { unit: street, names, level: 'street', parent: DISTRICT },
      ...communities.map(([zh, pinyin]): Unit => ({
        unit: unitId(`${idOf(pinyin)}-community`),
        names: { zh: `${zh}社区`, en: `${pinyin} Community` },
        level: 'community',
        parent: street,
      })),
    ];
  }),
];

export const officeName = (key: string): Text => {
  const office = offices.find(([known]) => known === key);
  if (office === undefined) throw new RangeError(`There is no office ${key}.`);
  return { zh: office[1], en: office[2] };
};

/** A member of a dimension: its series key, and the unit that reports for it. */
export type Member = { key: { [dimension: string]: string }; reporter?: string };
export type Dimension = { names: string[]; members: readonly Member[] };

const communities = streets.flatMap(([, , list]) => list);

const street: Dimension = {
  names: ['street'],
  members: streets.map(([zh, pinyin]) => ({
    key: { street: `${zh}街道` },
    reporter: unitId(`${idOf(pinyin)}-street`),
  })),
};

const community: Dimension = {
  names: ['street', 'community'],
  members: streets.flatMap(([zh, pinyin, list]) =>
    list.map(([name]) => ({
      key: { street: `${zh}街道`, community: `${name}社区` },
      reporter: unitId(`${idOf(pinyin)}-street`),
    })),
  ),
};

/** Parcels 地块 of renewal are numbered inside a community: 薯田埔A-03. */
const parcel = (count: number): Dimension => ({
  names: ['parcel'],
  members: Array.from({ length: count }, (_, number) => {
    const [name] = communities[(number * 7) % communities.length] ?? ['光明'];
    const block = 'ABCD'.charAt(number % 4);
    return { key: { parcel: `${name}${block}-${String(number + 1).padStart(2, '0')}` } };
  }),
});

const withPoints = (of: Dimension, places: number): Dimension => ({
  names: [...of.names, 'point'],
  members: of.members.flatMap((member) =>
    Array.from({ length: places }, (_, place) => ({
      ...member,
      key: { ...member.key, point: `${place + 1}号点` },
    })),
  ),
});

export const whole: Dimension = { names: [], members: [{ key: {} }] };

/** Dimensions from coarse to fine; metrics of land are counted by parcel, others by place. */
export const dimensions = {
  place: [whole, street, community, withPoints(community, 8)],
  parcel: [whole, parcel(8), parcel(30), parcel(240)],
} as const;

/** Renewal areas 片区, named after communities. */
export const areas: readonly (Text & { id: string })[] = communities.map(([zh, pinyin]) => ({
  id: `${idOf(pinyin)}-area`,
  zh: `${zh}片区`,
  en: `${pinyin} area`,
}));
