"""What HR calls the fields of metrics, for telling changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiyu.lib.text import Text

SPEC_WORDS: Final[Mapping[str, Text]] = {
    "label": Text("名称", "name"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "unit": Text("单位", "unit"),
    "decimals": Text("小数位", "decimals"),
    "inputs": Text("取数", "inputs"),
    "steps": Text("中间步骤", "steps"),
    "expression": Text("公式", "formula"),
    "owner_label": Text("负责人", "owner"),
    "name": Text("名字", "name"),
    "source": Text("数据来源", "source"),
    "measure": Text("列", "measure"),
    "how": Text("怎么合", "how"),
    "percentile": Text("分位", "percentile"),
    "weight": Text("加权", "weight"),
    "when": Text("只算", "only when"),
    "where": Text("只选", "only where"),
    "attribution": Text("算谁的", "whose rows"),
    "own": Text("本人", "own"),
    "crew": Text("班组", "crew"),
    "missing": Text("没有记录时", "without a record"),
    "awaiting": Text("待数据", "awaited"),
    "zero": Text("记零", "zero"),
    "not_applicable": Text("不适用", "not applicable"),
    "every": Text("每月都要有", "every month"),
    "month": Text("是", "yes"),
    "sum": Text("合计", "sum"),
    "count": Text("计数", "count"),
    "average": Text("平均", "average"),
    "weighted_average": Text("加权平均", "weighted average"),
    "min": Text("最小", "min"),
    "max": Text("最大", "max"),
    "median": Text("中位数", "median"),
    "last": Text("最后一个", "last"),
    "days": Text("天数", "days"),
    "sign": Text("比较", "sign"),
    "value": Text("值", "value"),
    "dimension": Text("分类", "dimension"),
    "values": Text("取值", "values"),
}
