"""A metric told to people: its formula in words, and each input as a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from jiyu.core.language import is_chinese, language, say
from jiyu.lib.formula import FUNCTIONS, InputSpec, Node, check, parse, to_source
from jiyu.lib.formula.tree import Binary, Call, Input, Number, Percent, Unary
from jiyu.lib.units import MINUS, UNITS, format_number, format_value
from jiyu.metrics.kinds import Aggregate

SIGNS = {"*": "×", "/": "÷", "-": MINUS, "+": "+"}
SAME_SIGN = {"=": "=", "<>": "≠", ">": ">", ">=": "≥", "<": "<", "<=": "≤"}

Labels = Mapping[tuple[str, str], str]
"""What columns are called, by (source code, measure code)."""


def formula_words(expression: str, inputs: list[InputSpec]) -> str:
    """ "合格报工 ÷ 计划产量"; as written where it does not read."""
    parsed = parse(expression)
    if parsed.tree is None or parsed.problems:
        return expression
    return told(check(parsed.tree, inputs).tree, {})


def told(tree: Node, figures: Mapping[str, str], *, inside: str = "") -> str:
    """The tree with × ÷ − for signs, and `figures` in place of the names they belong to."""
    match tree:
        case Input(id=name):
            return figures.get(name, name)
        case Number(value=value):
            return format_number(value)
        case Percent(operand=operand):
            return f"{told(operand, figures)} %"
        case Unary(operator=sign, operand=operand):
            return f"{SIGNS.get(sign, sign)}{told(operand, figures, inside='^')}"
        case Binary(operator=sign, left=left, right=right) if sign in SIGNS:
            words = f"{told(left, figures, inside=sign)} {SIGNS[sign]} {told(right, figures, inside=sign + 'right')}"
            return _("（%(words)s）") % {"words": words} if _needs_brackets(sign, inside) else words
        case Call(function=name, arguments=arguments):
            inner = _("，").join(told(a, figures) for a in arguments)
            return f"{_function(name)}({inner})"
        case _:
            return to_source(tree, language=language())


def input_words(spec: Aggregate, labels: Labels) -> str:
    """How the records of one person become the number: "“合格”加起来，本人的记录"."""
    column = labels.get((spec.source, spec.measure), spec.measure)
    how = {
        "sum": _("“%(column)s”加起来"),
        "count": _("数有几条记录"),
        "average": _("“%(column)s”的平均"),
        "weighted_average": _("“%(column)s”按“%(weight)s”加权平均"),
        "min": _("“%(column)s”里最小的"),
        "max": _("“%(column)s”里最大的"),
        "median": _("“%(column)s”的中位数"),
        "percentile": _("“%(column)s”的 P%(percentile)s（%(percentile)s %% 的记录不超过它）"),
        "last": _("“%(column)s”最后一次的数"),
        "days": _("数有记录的天数"),
    }[spec.how] % {
        "column": column,
        "weight": labels.get((spec.source, spec.weight), spec.weight),
        "percentile": spec.percentile,
    }
    parts = [how, *_choices(spec, labels)]
    parts.append(
        {
            "own": _("本人的记录"),
            "crew": _("所在班组的记录，只算本人在的那些天"),
            "unit": _("所在部门和下级部门所有人的记录"),
        }[spec.attribution]
    )
    return _("，").join(parts)


def missing_words(spec: Aggregate) -> str:
    """What it means when no record stands there."""
    words = {
        "awaiting": _("没有记录：待数据，不算 0"),
        "zero": _("没有记录：就是 0"),
        "not_applicable": _("没有记录：不适用"),
    }[spec.missing]
    return _("%(words)s；在职的每个月都要有") % {"words": words} if spec.every else words


def unit_word(code: str) -> str:
    """What stands behind the number; a word for the unit that has none."""
    return say(UNITS[code].label) or _("数")


def figure(value: float, unit: str, decimals: int | None = None) -> str:
    """A number with its unit. `decimals` None shows two, or four below 1, without trailing zeros."""
    if decimals is not None:
        return format_value(value, UNITS[unit], decimals, language())
    return f"{short(value)} {say(UNITS[unit].label)}".strip()


def short(value: float) -> str:
    """A number with as many decimals as a reader can use."""
    return format_number(value, at_most=2 if abs(value) >= 1 else 4)


def _choices(spec: Aggregate, labels: Labels) -> list[str]:
    said = [
        _("只数“%(name)s”是%(values)s的") % {"name": w.dimension, "values": "、".join(w.values)} for w in spec.where
    ]
    return said + [
        _("只数“%(name)s” %(sign)s %(value)s 的")
        % {
            "name": labels.get((spec.source, c.measure), c.measure),
            "sign": SAME_SIGN[c.sign],
            "value": format_number(c.value),
        }
        for c in spec.when
    ]


def _needs_brackets(sign: str, inside: str) -> bool:
    if sign in "+-":
        return inside[:1] in ("*", "/", "^") or inside == "-right"
    return inside in ("/right", "^")


def _function(name: str) -> str:
    known = FUNCTIONS.get(name)
    return known.zh if known and known.zh and is_chinese() else name
