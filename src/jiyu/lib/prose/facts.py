"""What is known about the indicator whose rule is read: its measure, which way is good, its parameters."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Final

from jiyu.lib.prose.amounts import DISCRETE, Amount, read_amount
from jiyu.lib.prose.readings import Asker, Parameters, RuleContext, unreadable
from jiyu.lib.scoring import Direction, Input, Measure
from jiyu.lib.text import Text
from jiyu.lib.units import PERCENT, UNITS, Unit

_SAYS_LOWER: Final = re.compile("逆指标|逆向|反向|负向|反指标|负指标|越低越好|越少越好|越小越好|越短越好")
_SAYS_HIGHER: Final = re.compile("正指标|正向|越高越好|越多越好|越大越好")
_TAGS: Final = re.compile(r"[（(【\[][^（）()【】\[\]]*(?:指标|向|越[高低多少大小短]越好)[^（）()【】\[\]]*[)）】\]]")
_OFTEN_LOWER: Final = re.compile(
    "投诉|事故|不良|不合格|逾期|流失|离职|成本|费用|差错|出错|报废|缺勤|停机|缺陷|返工|损耗|能耗|周转天数|周期|违章|违规|超期|延期|"
    "延误|退货|库存|坏账|次品|漏检|失误|故障|呆滞|时长|用时|工伤"
)
_PERCENT_NAME: Final = re.compile("率|占比|比例|比重")
_NO_PERCENT_NAME: Final = re.compile("周转率|汇率|频率|倍率|比例尺")
_BARE_DOUBT: Final = Decimal("1.5")
_CELLS: Final = (Input.TARGET, Input.THRESHOLD, Input.STRETCH, Input.BASELINE)


def bare_name(name: str) -> str:
    """An indicator's name without what only says its direction: 逾期应收率(逆指标) → 逾期应收率."""
    return _TAGS.sub("", name).strip() or name.strip()


class Facts:
    """The context of one rule as far as it is read; `rule` is the folded prose, whose own 目标95% counts too."""

    def __init__(self, context: RuleContext, rule: str, asker: Asker) -> None:
        self.context, self.rule, self.asker = context, rule, asker
        cells = {name: str(getattr(context, str(name))).strip() for name in _CELLS}
        self.cells: dict[Input, Amount | None] = {name: read_amount(text) for name, text in cells.items()}
        self.texts = cells
        self.said: dict[Input, Amount] = {}
        self._unit: Unit | None = None

    @property
    def name(self) -> str:
        """The indicator's name as it is shown."""
        return bare_name(self.context.name) or "实际"

    def say(self, name: Input, amount: Amount) -> None:
        """A parameter that the prose itself names. Asks where a cell says another number."""
        cell = self.cells[name]
        if cell is not None and cell.unit is not None and amount.in_unit(cell.unit) is None:
            raise unreadable(
                "prose.other_unit",
                "“{t}”的单位和目标值对不上。",
                'The unit of "{t}" does not fit the target.',
                t=_shown(amount),
            )
        if cell is not None and self._differ(cell, amount):
            figures = [_shown(one) for one in (cell, amount)]
            question = Text(
                "目标值一栏写的是 {a}，评分标准里写的是 {b}，按哪个？", "The column says {a}, the rule {b}. Which?"
            )
            options = [
                (key, Text("按 {f}", "{f}").format(f=f)) for key, f in zip(("column", "rule"), figures, strict=True)
            ]
            chosen = self.asker.ask(f"{name}_differs", question.format(a=figures[0], b=figures[1]), *options)
            if chosen == "column":
                return
        self.said[name] = amount

    def _differ(self, a: Amount, b: Amount) -> bool:
        unit = a.unit or b.unit or UNITS["number"]
        return a.in_unit(unit) != b.in_unit(unit)

    def amount(self, name: Input) -> Amount | None:
        """The parameter as written, in the prose or in its cell."""
        return self.said.get(name, self.cells[name])

    def unit(self, hint: Unit | None = None) -> Unit:
        """The indicator's unit: what the column says, its cells, the rule (`hint`), or a name that is a rate."""
        if self._unit is not None:
            return self._unit
        written = next((a.unit for name in _CELLS if (a := self.amount(name)) and a.unit), None)
        unit = self.context.unit or written
        is_rate = _PERCENT_NAME.search(self.name) and not _NO_PERCENT_NAME.search(self.name)
        if unit is None:
            unit = UNITS["percent"] if is_rate else hint or UNITS["number"]
        self._unit = UNITS["percent"] if unit.code == "ratio" else unit
        return self._unit

    def measure(self, hint: Unit | None = None, *, decimals: int | None = None) -> Measure:
        """How the indicator is measured; things that come whole have no decimals."""
        unit = self.unit(hint)
        own = self.context.decimals
        places = own if own is not None else decimals if decimals is not None else 0 if unit.code in DISCRETE else 2
        return Measure(Text(self.name), unit, places)

    def parameters(self, hint: Unit | None = None) -> Parameters:
        """The numbers in the measure's unit. Asks what a bare 0.98 of a rate is; refuses units that do not fit."""
        unit, amounts = self.unit(hint), {name: self.amount(name) for name in _CELLS}
        there = [amount for amount in amounts.values() if amount is not None]
        scale = Decimal(1)
        bare = [abs(amount.value) for amount in there if amount.unit is None and amount.value]
        if unit.code == "percent" and bare and max(bare) <= _BARE_DOUBT and len(bare) == len(there):
            scale = self._fraction_or_percent(max(bare))
        numbers: dict[str, Decimal] = {}
        for name, amount in amounts.items():
            if amount is None:
                continue
            value = amount.in_unit(unit)
            if value is None:
                raise unreadable(
                    "prose.other_unit",
                    "“{t}”的单位和这个指标对不上。",
                    'The unit of "{t}" does not fit this indicator.',
                    t=self.texts[name] or _shown(amount),
                )
            numbers[str(name)] = value * (scale if amount.unit is None else 1)
        return Parameters(**numbers)

    def _fraction_or_percent(self, value: Decimal) -> Decimal:
        shown = [f"{(value * times).normalize():f} %" for times in (100, 1)]
        chosen = self.asker.ask(
            "percent_or_fraction",
            Text("“{n}”写的是 {v}：是 {a} 还是 {b}？", '"{n}" says {v}: {a} or {b}?').format(
                n=self.name, v=f"{value:f}", a=shown[0], b=shown[1]
            ),
            ("fraction", Text(shown[0])),
            ("percent", Text(shown[1])),
        )
        return Decimal(100) if chosen == "fraction" else Decimal(1)

    def number(self, amount: Amount, hint: Unit | None = None) -> Decimal:
        """A number of the rule in the indicator's unit. Raises Unreadable where the units do not fit."""
        value = amount.in_unit(self.unit(hint))
        if value is None:
            raise unreadable(
                "prose.other_unit", "“{t}”的单位和这个指标对不上。", 'The unit of "{t}" does not fit this indicator.',
                t=_shown(amount),
            )  # fmt: skip
        return value

    def direction(self, *, by_rule: Direction | None = None) -> Direction:
        """Which way is good. What says so must agree; a name that only sounds like it is asked about."""
        said = {way for way in (self._by_name(), self._by_target(), by_rule, self.context.direction) if way}
        said |= self._by_order()
        if len(said) == 1:
            return said.pop()
        if not said and not _OFTEN_LOWER.search(self.name):
            return Direction.HIGHER
        if said:
            question = Text("“{n}”哪边好？表里两处说的不一样。", 'Which way is good for "{n}"? The sheet says both.')
        else:
            question = Text("“{n}”是越低越好吗？表里没写。", 'Is lower better for "{n}"? The sheet does not say.')
        chosen = self.asker.ask(
            "direction",
            question.format(n=self.name),
            ("lower", Text("越低越好", "lower is better")),
            ("higher", Text("越高越好", "higher is better")),
        )
        return Direction(chosen)

    def _by_name(self) -> Direction | None:
        said = f"{self.context.name} {self.rule}"
        if _SAYS_LOWER.search(said):
            return Direction.LOWER
        return Direction.HIGHER if _SAYS_HIGHER.search(said) else None

    def _by_target(self) -> Direction | None:
        amount = self.cells[Input.TARGET]
        return amount.direction if amount is not None else None

    def _by_order(self) -> set[Direction]:
        """底线 5, 目标 3, 挑战 1: falling numbers say that lower is better."""
        order = [a for name in (Input.THRESHOLD, Input.TARGET, Input.STRETCH) if (a := self.amount(name)) is not None]
        ways = set()
        for worse, better in pairwise(order):
            unit = worse.unit or better.unit or UNITS["number"]
            low, high = worse.in_unit(unit), better.in_unit(unit)
            if low is not None and high is not None and low != high:
                ways.add(Direction.HIGHER if low < high else Direction.LOWER)
        return ways

    def of_target(self, percent: Decimal, parameters: Parameters) -> Decimal:
        """So many percent of the target in the indicator's unit. Raises Unreadable without a target above zero."""
        if parameters.target is None or parameters.target <= 0:
            raise unreadable(
                "prose.needs_target",
                "评分标准按完成率写，还没有目标值，换算不了。",
                "The rule is about attainment, and there is no target yet.",
            )
        return parameters.target * percent / 100

    def is_attainment(self, subject: str) -> bool:
        """Whether a percentage in the rule is of the target: said so, or the indicator is no percentage itself."""
        if (
            re.search("完成率|达成率|完成比例|完成比|目标完成|达标率|目标值?的", subject)
            and subject[:3] not in self.name
        ):
            return not re.search("完成率|达成率|达标率", self.name)
        return self.unit().dimension != PERCENT


def _shown(amount: Amount) -> str:
    unit = amount.unit.label.zh if amount.unit else ""
    return f"{amount.sign}{amount.value.normalize():f} {unit}".strip()
