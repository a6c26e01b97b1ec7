import type { Text } from '@ledger/domain';

/** What a metric may be about, and the part of its identifier that says so. */
export type Subject = Text & { id: string };

const subjects = (list: string): Subject[] =>
  list
    .trim()
    .split('\n')
    .map((line) => {
      const [zh = '', en = ''] = line.trim().split('|');
      return { id: en.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'), zh, en };
    });

export const matters = subjects(`
  食品经营许可|food licences
  人才引进|talent settlement
  出生一件事|birth services
  不动产登记|property registration
  施工许可|building permits
  企业开办|business start-up
  企业注销|business closure
  社会保险|social insurance
  公积金提取|housing fund
  医疗救助|medical aid
  养老服务|elderly care
  户籍迁移|household moves
  入学报名|school enrolment
  公租房申请|public rental housing
  残疾人服务|services for the disabled
  道路占用|road occupation
  排水许可|drainage permits
  消防验收|fire acceptance
  工程报建|project filing
  用水报装|water connection
  用电报装|power connection
  燃气报装|gas connection
  税务登记|tax registration
  商标注册|trade marks
  专利资助|patent grants
  科技项目|science projects
  环境影响评价|impact assessment
  特种设备|special equipment
  劳动用工|labour affairs
  退役军人|veterans
`);

export const fields = subjects(`
  消防安全|fire safety
  出租屋管理|rental housing
  市容环境|street scene
  违法建设|illegal building
  噪声扰民|noise
  物业管理|property management
  劳资纠纷|wage disputes
  邻里纠纷|neighbour disputes
  婚姻家庭|family matters
  交通秩序|traffic order
  食品安全|food safety
  水务河道|rivers and water
  园林绿化|greenery
  垃圾分类|waste sorting
  电动自行车|electric bicycles
  三小场所|small premises
  工地扬尘|site dust
  防汛防风|flood and storm
  危险化学品|hazardous chemicals
  燃气安全|gas safety
  电梯安全|lift safety
  校园周边|around schools
  养老机构|care homes
  流动摊贩|street vendors
  公共设施|public facilities
  管线井盖|manholes
  停车管理|parking
  宠物管理|pets
  防诈反诈|fraud prevention
  矫治帮教|rehabilitation
`);

export const facilities = subjects(`
  脑解析与脑模拟|brain analysis
  合成生物研究|synthetic biology
  材料基因组|materials genome
  空间引力波|gravitational waves
  空间环境模拟|space environment
  精准医学影像|medical imaging
  鹏城云脑|cloud brain
  工业互联网|industrial internet
  先进光源|light source
  特殊环境材料|special materials
  多模态跨尺度成像|multiscale imaging
  国际肿瘤研究|tumour research
  生物大数据|bio big data
  智能传感|smart sensing
  高性能膜|membranes
  柔性电子|flexible electronics
  新型显示|new displays
  石墨烯|graphene
  核酸药物|nucleic acid drugs
  细胞治疗|cell therapy
  量子精密测量|quantum metrology
  低温物理|low temperatures
  超级计算|supercomputing
  海洋生物|marine biology
  农业合成|farm synthesis
  数字孪生|digital twins
  机器人|robots
  碳捕集|carbon capture
  氢能|hydrogen
  储能|energy storage
`);

export const premises = subjects(`
  商品住宅|private housing
  保障住房|affordable housing
  城中村|urban villages
  工业园区|industrial parks
  产业社区|industrial communities
  科研园区|research parks
  物流园区|logistics parks
  中小学|schools
  幼儿园|kindergartens
  高校|universities
  医院|hospitals
  社康中心|community clinics
  商业街区|shopping streets
  商务楼宇|office buildings
  农贸市场|food markets
  公园绿地|parks
  绿道|greenways
  体育场馆|sports venues
  文化场馆|cultural venues
  轨道站点|metro stations
  公交场站|bus depots
  道路沿线|along roads
  河道沿线|along rivers
  水库周边|around reservoirs
  林地周边|around woodland
  农业园区|farm parks
  宿舍区|dormitories
  统建楼|village blocks
  旧工业区|old industrial areas
  更新项目|renewal projects
`);
