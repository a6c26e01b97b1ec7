import type { Text } from '@ledger/domain';

type Known = { status: number; title: Text };

const known = (status: number, zh: string, en: string): Known => ({ status, title: { zh, en } });

/**
 * Every code that this API can answer, with its status: the one place where codes and HTTP meet.
 * Codes never change their meaning; new ones may be added. A code of the domain that is not listed
 * is a conflict with what the ledger says (409).
 */
export const problemCodes: { readonly [code: string]: Known } = {
  // The request itself.
  JSON_MALFORMED: known(400, '请求正文不是合法的 JSON', 'The body is not JSON'),
  JSON_TOO_DEEP: known(400, 'JSON 嵌套过深', 'The JSON nests too deep'),
  JSON_DUPLICATE_KEY: known(400, 'JSON 中有重复的键', 'A key stands twice in the JSON'),
  JSON_KEY_FORBIDDEN: known(
    400,
    'JSON 中有不可使用的键',
    'The JSON has a key that may not be used',
  ),
  BODY_MISSING: known(400, '缺少请求正文', 'The body is missing'),
  BODY_NOT_UTF8: known(400, '请求正文不是 UTF-8 编码', 'The body is not UTF-8'),
  REQUEST_MALFORMED: known(400, '请求格式有误', 'The request is malformed'),
  ROUTE_NOT_FOUND: known(404, '没有这个地址', 'There is no such address'),
  BODY_TOO_LARGE: known(413, '请求正文过大', 'The body is too large'),
  MEDIA_TYPE_NOT_SUPPORTED: known(415, '不支持该内容类型', 'This content type is not supported'),
  HOST_NOT_ALLOWED: known(421, '不接受该主机名', 'This host name is not answered for'),
  TOO_MANY_STREAMS: known(503, '实时连接数已满', 'Too many live streams are open'),
  OPERATION_UNKNOWN: known(404, '没有这项操作', 'There is no such operation'),
  OPERATIONS_FULL: known(503, '等候的操作过多', 'Too many operations are waiting'),
  INTERNAL_FAULT: known(500, '服务器内部错误', 'A fault inside the server'),

  // Fields of a request.
  FIELD_MISSING: known(422, '缺少必填项', 'A mandatory field is missing'),
  FIELD_UNKNOWN: known(422, '存在未定义的字段', 'A field is unknown'),
  TYPE_WRONG: known(422, '字段类型不符', 'A field has the wrong type'),
  FORMAT_WRONG: known(422, '字段格式不符', 'A field has the wrong form'),
  SIZE_WRONG: known(
    422,
    '字段过长、过短或超出范围',
    'A field is too short, too long or out of range',
  ),
  VALUE_NOT_ALLOWED: known(422, '取值不在允许范围内', 'A value is not one of those allowed'),
  VALUE_AMBIGUOUS: known(
    422,
    '取值方式须且只须选择一种',
    'Exactly one way to give a value is allowed',
  ),
  AMOUNT_NOT_A_STRING: known(422, '数值须以字符串提交', 'An amount must be sent as a string'),
  DATE_INVALID: known(422, '日期不存在或格式不符', 'No such date, or not written YYYY-MM-DD'),
  DIGEST_INVALID: known(422, '佐证材料摘要格式不符', 'A digest of evidence is malformed'),
  NUMBER_LOST_DIGITS: known(422, '数字无法逐位保留', 'A number cannot be held digit for digit'),
  TEXT_NOT_CLEAN: known(422, '文本含有不能入账的字符', 'A text holds what cannot be recorded'),
  ID_INVALID: known(422, '编号格式不符', 'An identifier has a forbidden form'),
  KEY_NOT_ALLOWED: known(422, '字段名不可使用', 'A field name may not be used'),

  // Preconditions and repeats.
  IDEMPOTENCY_KEY_INVALID: known(400, '幂等键格式不符', 'The idempotency key is malformed'),
  IDEMPOTENCY_KEY_REUSED: known(422, '幂等键已用于其他内容', 'The idempotency key was used before'),
  IF_MATCH_INVALID: known(400, 'If-Match 格式不符', 'If-Match is malformed'),
  IF_NONE_MATCH_INVALID: known(400, 'If-None-Match 格式不符', 'If-None-Match is malformed'),
  REVISION_STALE: known(412, '内容已被他人更新', 'It has changed since you read it'),
  IF_MATCH_MISSING: known(428, '须注明所依据的修订号', 'Say which revision you have seen'),

  // Reading at a point.
  KNOWN_AT_INVALID: known(422, '“当时所知”格式不符', 'knownAt is malformed'),
  KNOWN_AT_BEYOND_HEAD: known(
    422,
    '“当时所知”超出账本末尾',
    'knownAt lies beyond the end of the log',
  ),
  KNOWN_AT_IN_FUTURE: known(422, '“当时所知”是将来时间', 'knownAt lies in the future'),
  POSITION_INVALID: known(422, '记账位置格式不符', 'A position is malformed'),
  PAGE_TOKEN_INVALID: known(422, '翻页标记无效', 'The page token is not valid'),
  PAGE_TOKEN_OTHER_QUERY: known(422, '翻页标记属于其他查询', 'The page token is of another query'),
  MOMENTS_REVERSED: known(422, '前后时点颠倒', 'The first moment is later than the second'),
  VALID_TIME_AMBIGUOUS: known(
    422,
    '统计日与统计期只能选择一种',
    'Either one valid day or a range of them is allowed',
  ),
  SERIES_INVALID: known(422, '分组的写法不符', 'The series key is malformed'),
  FUNNEL_METRICS_INVALID: known(422, '漏斗指标列表不符', 'The stages of the funnel are malformed'),
  RANGE_REVERSED: known(422, '起止日期颠倒', 'The range ends before it starts'),
  NOT_YET_PROJECTED: known(503, '看板数据正在更新', 'The views have not caught up yet'),
  MODEL_PARKED: known(503, '读模型已停止更新', 'A read model stands still'),
  READ_MODEL_UNKNOWN: known(404, '没有这个读模型', 'There is no such read model'),
  PROJECTION_BEHIND: known(503, '看板数据正在更新', 'The views have not caught up yet'),

  // The log.
  ENTRY_TOO_LARGE: known(413, '单条记录超过 64 KiB', 'One entry would exceed 64 KiB'),
  ENTRY_NOT_CANONICAL: known(422, '内容无法规范化入账', 'The entry has no canonical form'),
  READ_INVALID: known(422, '读取范围无效', 'The range to read is not valid'),
  STREAM_NAME_INVALID: known(422, '事件流名称不符', 'The name of the stream is malformed'),
  CONFLICT: known(503, '同一对象写入过于频繁', 'Too many write to the same subject at once'),
  OVERLOADED: known(503, '写入请求过多', 'Too many writes are waiting'),
  UNAVAILABLE: known(503, '账本暂不可写', 'The log cannot be written now'),
  OUTCOME_UNKNOWN: known(503, '尚不知是否已入账', 'It is not known whether it was recorded'),
  ACCESS_DENIED: known(503, '账本存储拒绝访问', 'The store of the log refuses the server'),
  LOG_DAMAGED: known(503, '账本前后矛盾', 'The log contradicts itself'),

  // What a path names and the ledger does not know.
  METRIC_NOT_DEFINED: known(404, '没有这个指标', 'There is no such metric'),
  REFORM_NOT_REGISTERED: known(404, '没有这项改革', 'There is no such reform'),
  MILESTONE_NOT_PLANNED: known(404, '没有这个里程碑', 'There is no such milestone'),
  UNIT_NOT_REGISTERED: known(404, '没有这个单位', 'There is no such unit'),
  STREAM_UNKNOWN: known(404, '没有这个事件流', 'There is no such stream'),

  // Values that the domain does not take.
  REFERENCE_UNKNOWN: known(422, '引用的对象尚未登记', 'Something referred to is not registered'),
  REASON_MISSING: known(422, '未填写理由', 'No reason is given'),
  TEXT_MISSING: known(422, '缺少文字内容', 'A text is missing'),
  PLACE_INVALID: known(422, '出处编号不符', 'A place in the source is malformed'),
  CHANGES_EMPTY: known(422, '没有要修订的内容', 'Nothing is named that should change'),
  DEFINITION_INCOMPLETE: known(422, '指标口径不完整', 'The definition is incomplete'),
  DIMENSION_INVALID: known(422, '分组名称不符', 'A dimension is malformed'),
  KIND_UNIT_MISMATCH: known(422, '指标类型与计量单位不符', 'The kind does not go with the unit'),
  KIND_TIME_MISMATCH: known(422, '指标类型与时间类型不符', 'The kind does not go with the time'),
  SUCCESSOR_ITSELF: known(422, '接续指标不能是自身', 'A metric cannot succeed itself'),
  SERIES_KEY_MISMATCH: known(422, '分组与指标不符', 'The series key does not fit the metric'),
  TIME_SEMANTICS_MISMATCH: known(
    422,
    '时间类型与指标不符',
    'The kind of time does not fit the metric',
  ),
  TIME_IN_FUTURE: known(422, '日期晚于今天', 'The date lies in the future'),
  PERIOD_REVERSED: known(422, '起止日期颠倒', 'The period ends before it starts'),
  PERIOD_CODE_DISAGREES: known(
    422,
    '报告期代码与起止日期不符',
    'The period code disagrees with the dates',
  ),
  YEAR_TO_DATE_START: known(
    422,
    '本年累计须从 1 月 1 日起',
    'A year-to-date figure starts on 1 January',
  ),
  QUANTITY_UNREADABLE: known(422, '数值文字无法识别', 'The printed figure cannot be read'),
  QUANTITY_IS_LABEL: known(422, '这是文字标识，不是数值', 'This is a label, not a figure'),
  QUANTITY_NOT_ALLOWED: known(422, '该参数不填报数值', 'This parameter takes no figure'),
  QUANTITY_NOT_EXACT_IN_UNIT: known(
    422,
    '数值无法精确换算为计量单位',
    'The figure is not exact in the unit',
  ),
  SEVERAL_QUANTITIES: known(422, '文字中有多个数值', 'The text holds several figures'),
  PRINTED_DISAGREES: known(422, '原文与数值不一致', 'The printed text disagrees with the parts'),
  LABEL_NOT_ALLOWED: known(422, '该指标不填报文字标识', 'This metric takes no label'),
  LABEL_IN_ARITHMETIC: known(422, '文字标识不能参与计算', 'A label cannot be calculated with'),
  AMOUNT_NOT_DECIMAL: known(422, '数值不是精确的十进制数', 'An amount is no exact decimal'),
  AMOUNT_NEGATIVE: known(422, '数值不能小于零', 'A figure is below 0'),
  PERCENT_OUT_OF_RANGE: known(422, '百分比超出 0 至 100', 'A percentage lies outside 0 to 100'),
  RANGE_MALFORMED: known(422, '区间上下限有误', 'A range is malformed'),
  RESOLUTION_UNUSABLE: known(422, '精确到的位数不可用', 'The resolution cannot be used'),
  UNIT_UNKNOWN: known(422, '计量单位不存在', 'There is no such unit of measure'),
  UNIT_OF_OTHER_DIMENSION: known(422, '计量单位与指标不符', 'The unit measures something else'),
  UNITS_DIFFER: known(422, '计量单位不同', 'The units differ'),
  BASIS_DIFFERS: known(422, '统计口径不同，不可比', 'The bases differ and do not compare'),
  RATIO_PARTS_INVALID: known(422, '分子分母有误', 'The parts of the ratio are not valid'),
  RATIO_PARTS_DISAGREE: known(422, '比率与分子分母不符', 'The rate disagrees with its parts'),
  RATIO_NOT_DEFINED: known(422, '比率没有定义', 'The ratio is not defined'),
  RESULT_NOT_STATABLE: known(422, '结果无法表述', 'The result cannot be stated'),
  NOTHING_TO_ADD: known(422, '没有可合计的数值', 'There is nothing to add'),
  LEAD_IS_CO_UNIT: known(422, '牵头单位不能同时是配合单位', 'The lead cannot be a co-unit as well'),
  CO_UNIT_REPEATED: known(422, '配合单位重复', 'A co-unit is named twice'),
  STAGE_SKIPPED_WITHOUT_REASON: known(
    422,
    '跨阶段推进须说明理由',
    'Skipping a stage needs a reason',
  ),
  MILESTONE_EVIDENCE_MISSING: known(422, '缺少佐证材料', 'Evidence is missing'),
  BUILD_INVALID: known(422, '构建名格式不符', 'The name of a build is malformed'),
  MODELS_MISSING: known(422, '未列出视图', 'No read model is named'),
  MODEL_REPEATED: known(422, '视图重复', 'A read model is named twice'),
  COUNT_INVALID: known(422, '数目应为整数', 'A whole number belongs here'),
  HASH_INVALID: known(422, '内容摘要格式不符', 'A hash is malformed'),
  VERDICT_WRONG: known(422, '比对结论与内容不符', 'The verdict is not what the contents say'),
  EXPLANATION_MISSING: known(422, '差异未作说明', 'Nothing explains the difference'),
  UNIT_PARENT_ITSELF: known(422, '上级单位不能是自身', 'A unit cannot be its own parent'),

  // What the ledger already says otherwise.
  UNIT_ALREADY_REGISTERED: known(409, '单位已登记', 'The unit is registered already'),
  BUILD_ALREADY_RECORDED: known(409, '构建已入账', 'The build is recorded already'),
  REFORM_ALREADY_REGISTERED: known(409, '改革已登记', 'The reform is registered already'),
  STAGE_NOT_AHEAD: known(409, '阶段不能倒退', 'The stage is not ahead of the present one'),
  MILESTONE_ALREADY_PLANNED: known(409, '里程碑已登记', 'The milestone is planned already'),
  MILESTONE_ALREADY_REACHED: known(409, '里程碑已达成', 'The milestone was reached already'),
  MILESTONE_NOT_REACHED: known(
    409,
    '没有可撤销的达成记录',
    'No such reach stands that could be revoked',
  ),
  PROGRESS_NEEDS_MILESTONE: known(
    409,
    '进度满额前须先达成里程碑',
    'Progress of 100 needs the milestone first',
  ),
  METRIC_ALREADY_DEFINED: known(409, '指标已定义', 'The metric is defined already'),
  METRIC_RETIRED: known(409, '指标已停用', 'The metric is retired'),
  METRIC_ALREADY_RETIRED: known(409, '指标已停用', 'The metric was retired already'),
  DEFINITION_NEEDS_BREAK: known(409, '该变更须先声明口径变更', 'This change needs a series break'),
  BREAK_ALREADY_DECLARED: known(409, '口径变更已声明', 'The break is declared already'),
  OBSERVATION_EXISTS: known(409, '该时点已有填报值', 'A figure for this time stands already'),
  OBSERVATION_UNKNOWN: known(404, '没有这条填报记录', 'There is no such observation'),
  OBSERVATION_NOT_LIVE: known(409, '该记录已被更正或撤回', 'The statement no longer stands'),
  CUMULATIVE_FALLS: known(409, '累计数不能减少', 'A cumulative figure cannot fall'),
  PROGRESS_FALLS: known(409, '进度不能倒退', 'Progress cannot fall'),
  PERIODS_OVERLAP: known(409, '报告期重叠', 'The periods overlap'),
};

const UNLISTED: Known = known(409, '与账本现有内容冲突', 'In conflict with what the ledger says');

export function problemCode(code: string): Known {
  return problemCodes[code] ?? UNLISTED;
}
