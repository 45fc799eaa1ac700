"""The words of KPI sheets: what companies call their columns, what stands around the table, what no row of it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "section": _words(
        "维度 考核维度 指标维度 类别 指标类别 考核类别 指标类型 类型 考核类型 考核模块 模块 分类 指标分类 "
        "层面 考核层面 考核方面 板块 一级指标"
        "KPI类别 考核大类 大类 指标大类 BSC维度 dimension perspective category"
    ),
    "section_weight": _words("维度权重 类别权重 一级权重 模块权重 大类权重 一级指标权重 分类权重 板块权重 层面权重"),
    "indicator": _words(
        "指标 考核指标 指标名称 绩效指标 KPI KPI指标 KPI名称 关键绩效指标 关键业绩指标 考核项目 考核内容 "
        "考核项 项目 评价指标 评估指标"
        "二级指标 工作目标 工作任务 重点工作 关键指标 业绩指标 目标任务 考评项目 考评指标 指标项 indicator objective"
    ),
    "definition": _words(
        "定义 指标定义 定义/公式 公式 计算公式 指标说明 指标描述 指标解释 考核要求 计算方法 计算方式 口径 "
        "统计口径 指标定义/计算公式 指标释义"
        "工作要求 衡量标准 definition formula"
    ),
    "weight": _words("权重 权重(%) 权重占比 占比 比重 指标权重 考核权重 二级权重 权数 权重比例 权值 weight"),
    "points": _words("分值 标准分 配分 标准分值 基准分 基础分 指标分值 满分 权重分 权重分值 分数 总分值"),
    "target": _words(
        "目标值 目标 考核目标 指标值 年度目标 季度目标 月度目标 本期目标 目标指标 计划值 计划 计划目标 任务值 "
        "目标要求 绩效目标 标准值 达标值"
        "期望值 本月目标 预算 预算值 target"
    ),
    "threshold": _words(
        "底线 底线值 门槛值 门槛 保底值 及格值 最低值 最低目标 基本目标 基本值 下限 底线目标 及格线 threshold"
    ),
    "stretch": _words(
        "挑战 挑战值 挑战目标 卓越值 力争值 力争目标 优秀值 最高目标 理想值 上限 冲刺目标 冲刺值 stretch"
    ),
    "baseline": _words("起点 起点值 基线 基线值 期初值 上年实际 去年实际 上期实际 基期值 baseline"),
    "rule": _words(
        "评分标准 计分标准 考核标准 评分规则 计分规则 评分方法 计分方法 计分方式 评分办法 计分办法 评价标准 "
        "考核办法 评估标准 计算标准 扣分标准"
        "评分细则 考核细则 打分标准 计分说明 评分说明 得分计算 得分规则 奖惩标准 绩效标准 scoring rule"
    ),
    "source": _words(
        "数据来源 资料来源 来源 信息来源 数据提供 数据提供部门 数据提供人 提供部门 考核部门 数据源 责任部门 "
        "评价部门 source"
    ),
    "actual": _words(
        "实际 实际值 实际完成 实际完成值 完成值 完成情况 实际完成情况 实绩 实际达成 达成值 实际业绩 实际数据 "
        "实际结果 本期实际 完成情况说明 达成情况"
        "实际完成数 实际数 actual"
    ),
    "self_mark": _words("自评 自评分 自评得分 自我评分 自评分数 自我评价 员工自评 本人评分 本人自评 self"),
    "lead_mark": _words(
        "上级评分 上级评 领导评分 主管评分 直接上级评分 上级评价 考核评分 考核人评分 部门评分 经理评分 "
        "直属上级评分 复评 上级打分 领导打分 评分 考评分 manager"
    ),
    "score": _words(
        "得分 考核得分 最终得分 实际得分 指标得分 单项得分 分数得分 本项得分 项目得分 实得分 评估得分 "
        "考评得分 score"
    ),
    "weighted": _words("加权得分 加权分 加权后得分 权重得分 折算得分 折合得分 折算分 综合得分 得分小计"),
    "unit": _words("单位 计量单位 计算单位 unit"),
    "direction": _words("方向 指标方向 指标属性 正逆向 指标性质 极性 direction"),
    "cycle": _words("考核周期 周期 考核频率 统计周期 频次"),
    "note": _words("备注 说明 注 备注说明 remarks note"),
    "number": _words("序号 编号 指标编号 序 No NO."),
    "employee_no": _words("工号 员工编号 员工工号 人员编号 员工号 职工编号 职工号"),
    "name": _words("姓名 员工姓名 被考核人 被考核人姓名 被考核者 考核对象 被评估人 被考评人 责任人 name"),
    "department": _words("部门 所属部门 所在部门 一级部门 部门名称 单位部门 车间 department"),
    "post": _words("岗位 职位 职务 岗位名称 职位名称 适用岗位 被考核岗位 岗位/职务 position"),
    "period": _words("考核期 考核期间 考核时间 考核月份 考核季度 考核年度 考核期限 绩效周期 评估期间 期间 月份 period"),
}  # fmt: skip
"""Column or label → the words companies use for it."""

OWNER: Final = ("employee_no", "name", "department", "post", "period")
"""What says whose sheet it is."""

BY_ROW: Final = frozenset({"indicator", "rule", "target", "weight", "points"})
"""A head knows 指标 and at least one of the others."""

PERIOD: Final = re.compile(
    r"(?:20\d{2})\s*(?:年度?|[-./])?\s*(?:第?[一二三四1-4]季度|Q[1-4]|[上下]半年|(?:0?[1-9]|1[0-2])月份?|年度|全年)|20\d{2}年"
)
TITLE: Final = re.compile(r"考核表|绩效表|绩效合约|目标责任书|责任书|考核评分表|考评表|KPI|评估表|PBC|考核指标")
SIGNATURE: Final = re.compile(
    r"(?:被?考核[人者]|员工|本人|上级|主管|领导|经理|负责人|总经理|人力资源部?|HR|部门|审核|审批|批准|制表|确认|双方|直接上级|考评人|被考评人|评估人)?"
    r"\s*(?:\(?(?:签字|签名|签章|签收|签认|盖章|签字确认|确认签字)\)?)(?:确认|栏|日期)?\s*[:：]?.*|(?:签字|签名|签署|填表|考核|确认)?日期\s*[:：].*"
)
BONUS: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|\d[.、])?\s*(加分项?|加分|奖励项?|附加分|奖分)(?:目|指标|\(.*\)|（.*）)?\s*[:：]?"
)
PENALTY: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|\d[.、])?\s*(减分项?|扣分项?|减分|扣分|处罚项?|惩罚项?)(?:目|指标|\(.*\)|（.*）)?\s*[:：]?"
)
EITHER: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|\d[.、])?\s*(加减分项?|加[/／、]减分项?|加扣分项?|奖惩项?|奖罚项?|附加项)(?:目|指标|\(.*\)|（.*）)?\s*[:：]?"
)
VETO: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|\d[.、])?\s*(一票否决项?|否决项|否决指标|红线项?|一票否决制?)(?:目|指标)?\s*[:：]?"
)
NOTE: Final = re.compile(
    r"\s*(?:备注|说明|注|填表说明|考核说明|使用说明|评分说明|等级说明|考核等级|等级划分|等级)\s*\d*\s*[:：].*|\s*(?:备注|填表说明|说明)\s*"
)
SECTION_ROW: Final = re.compile(
    r"(?:[一二三四五六七八九十]、|第[一二三四五]部分|[（(][一二三四五六][)）]|[A-D]\s*[.、:：])\s*.+|.+(?:指标|类|维度)\s*[（(].*%.*[)）]"
)
GRADE_WORD: Final = re.compile(r"^(?:绩效|考核|最终|评定)?(?:等级|结果|级别)$")
