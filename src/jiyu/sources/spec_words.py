"""What HR calls the fields of mappings, for telling changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiyu.lib.text import Text

SPEC_WORDS: Final[Mapping[str, Text]] = {
    "label": Text("名称", "name"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "source": Text("数据来源", "source"),
    "mapping": Text("读法", "mapping"),
    "source_kind": Text("哪种文件", "kind of file"),
    "subject": Text("谁", "who"),
    "time": Text("哪天", "when"),
    "column": Text("列", "column"),
    "matched_by": Text("按什么认人", "matched by"),
    "split": Text("一格几个人", "several people in a cell"),
    "blank": Text("空的", "blank"),
    "shape": Text("日期在哪", "where the date is"),
    "clock_column": Text("时间列", "clock column"),
    "order": Text("日月次序", "order of day and month"),
    "day": Text("日期", "day"),
    "day_cut_minutes": Text("一天从几点开始（分钟）", "day begins at (minutes)"),
    "dates_are_business_days": Text("日期就是业务日", "dates are business days"),
    "year_from": Text("年份来自", "year from"),
    "year": Text("年份", "year"),
    "key_columns": Text("主键列", "key columns"),
    "equal_keys": Text("主键相同时", "for equal keys"),
    "measures": Text("数", "measures"),
    "dimensions": Text("分类", "dimensions"),
    "unit": Text("单位", "unit"),
    "scale_millionths": Text("换算", "scale"),
    "written_unit": Text("文件里的单位", "unit in the file"),
    "word": Text("认的词", "word"),
    "grid": Text("按天的表", "grid of days"),
    "legend": Text("图例", "legend"),
    "symbol": Text("符号", "symbol"),
    "ignored": Text("不读的", "ignored"),
    "ignored_columns": Text("不读的列", "ignored columns"),
    "sheet": Text("工作表", "worksheet"),
    "code": Text("代码", "code"),
}
