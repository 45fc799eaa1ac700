"""What HR calls the fields of schemes and grade scales, for telling changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiyu.lib.text import Text

SPEC_WORDS: Final[Mapping[str, Text]] = {
    "label": Text("名称", "name"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "grade_scale": Text("等级", "grade scale"),
    "grades": Text("等级", "grades"),
    "code": Text("等级", "grade"),
    "minimum": Text("最低分", "lowest score"),
    "decimals": Text("总分小数位", "decimals of the total"),
    "floor": Text("保底分", "floor"),
    "cap": Text("封顶分", "cap"),
    "full_score": Text("满分", "full score"),
    "not_applicable": Text("不适用的项", "lines that do not apply"),
    "awaiting_data": Text("待数据的项", "lines awaiting data"),
    "minimum_coverage": Text("权重覆盖至少", "weight coverage at least"),
    "minimum_presence": Text("在岗时间至少", "presence at least"),
    "bonus_cap": Text("加分上限", "cap on bonus"),
    "bonus_cap_on": Text("上限管", "the cap is on"),
    "cycle_kind": Text("周期", "cycle"),
    "month": Text("月", "month"),
    "quarter": Text("季", "quarter"),
    "year": Text("年", "year"),
    "custom": Text("自定", "custom"),
    "renormalise": Text("权重分给其他项", "share its weight among the others"),
    "wait": Text("先不算分", "no score yet"),
    "target": Text("记目标分", "as on target"),
    "zero": Text("记零", "as zero"),
    "additions": Text("加分", "additions"),
    "net": Text("加减相抵之后", "the net"),
}
