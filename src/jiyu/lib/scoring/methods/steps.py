"""Steps: a table of bands, each with its points.

以上/以下 include the number (民法典 §1259), 不满/超过 do not.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring.measure import LineValues, Measure, beside, plain, points
from jiyu.lib.scoring.methods.base import BaseMethod, Figure, Points, actual_of, actual_words, literal
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import format_number


class Band(BaseModel):
    """One step. `low`/`high` None means open; the `_included` flags say whether the number itself is in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: Points
    low: Figure | None = None
    high: Figure | None = None
    low_included: bool = True
    high_included: bool = False

    def first(self, decimals: int) -> int | None:
        """The lowest value in the band, counted in steps of the indicator's last decimal; None if open."""
        if self.low is None:
            return None
        scaled = self.low.scaleb(decimals)
        step = int(scaled.to_integral_value(ROUND_CEILING))
        return step + 1 if step == scaled and not self.low_included else step

    def last(self, decimals: int) -> int | None:
        """The highest value in the band, likewise."""
        if self.high is None:
            return None
        scaled = self.high.scaleb(decimals)
        step = int(scaled.to_integral_value(ROUND_FLOOR))
        return step - 1 if step == scaled and not self.high_included else step

    def words(self, measure: Measure) -> Text:
        """ "95.00 % 及以上", "4.00–4.49", "3.49 及以下" at the indicator's decimals."""
        low, high = self.first(measure.decimals), self.last(measure.decimals)
        unit = 10**measure.decimals
        if low is not None and low == high:
            return measure.figure(low / unit, measure.decimals)
        if low is not None and high is not None:
            start = format_number(low / unit, measure.decimals)
            end = measure.figure(high / unit, measure.decimals)
            return Text("{a}–{b}", "{a}–{b}").format(a=start, b=end)
        if low is not None:
            return beside(measure.figure(low / unit, measure.decimals), "及以上", "and above")
        if high is not None:
            return beside(measure.figure(high / unit, measure.decimals), "及以下", "and below")
        return Text("不论多少", "any value")


class StepMethod(BaseMethod):
    """A table of bands. The value is compared at the indicator's decimals, as it is shown: 94.96 at one
    decimal is 95.0 and gets the 95 band, at two it does not (RULES "区间")."""

    kind: Literal["step"] = "step"
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=50)]

    def limits(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest points in the table."""
        marks = [band.points for band in self.bands]
        return min(marks), max(marks)

    def falling(self) -> list[Band]:
        """The bands from the highest values to the lowest."""
        return sorted(self.bands, key=lambda band: (band.low is not None, band.low or Decimal(0)), reverse=True)

    def formula(self, measure: Measure) -> str:
        """Nested IFs from the top band down; `check` has made sure that nothing overlaps or is left out."""
        value = measure.rounded_source()
        *upper, lowest = self.falling()
        text = literal(lowest.points)
        for band in reversed(upper):
            if band.low is None:
                raise ValueError("two bands are open below: check() finds this")
            sign = ">=" if band.low_included else ">"
            text = f"IF({value}{sign}{literal(band.low)}, {literal(band.points)}, {text})"
        return text

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: bands that share a value, values that no band has, bands that hold nothing.

        At the decimals of `measure` (two without it): "80–89" and "90–100" leave a gap unless the
        indicator has whole numbers.
        """
        problems = super().check(measure)
        measure = measure or Measure()
        decimals = measure.decimals
        for number, band in enumerate(self.bands):
            first, last = band.first(decimals), band.last(decimals)
            if first is not None and last is not None and first > last:
                problems.append(_empty_band(band, number))
        rising = list(reversed(self.falling()))
        for lower, upper in pairwise(rising):
            problems.extend(_between_bands(lower, upper, measure, self.bands.index(upper)))
        for open_end, where in ((rising[0].low, "low"), (rising[-1].high, "high")):
            if open_end is not None:
                problems.append(_no_band(open_end, where, measure))
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "4.50 及以上得 100 · 4.00–4.49 得 80 · …"."""
        rows = [(band.words(measure), plain(float(band.points))) for band in self.falling()]
        return Text(
            " · ".join(beside(words, f"得 {mark}", "").zh for words, mark in rows),
            " · ".join(f"{words.in_('en')}: {mark}" for words, mark in rows),
        )

    def band_of(self, value: float, decimals: int) -> Band | None:
        """The band of a value at `decimals`; None in a gap."""
        step = round(float(round_half_up(value, decimals)) * 10**decimals)
        for band in self.bands:
            first, last = band.first(decimals), band.last(decimals)
            if (first is None or first <= step) and (last is None or step <= last):
                return band
        return None

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The value as it is shown, and the band it falls into."""
        actual = actual_of(measure, values)
        band = self.band_of(actual, measure.decimals)
        where = band.words(measure) if band is not None else Text("表外", "no band")
        shown = measure.figure(actual, measure.decimals)
        text = actual_words(measure, values)
        if plain(actual) != plain(float(round_half_up(actual, measure.decimals))):
            text = Text("{a}，按 {d} 位小数比是 {s}", "{a}, compared as {s}").format(
                a=text, d=measure.decimals, s=shown
            )
        return Text("{a}，在“{w}”这一档，得 {r} 分", "{a}, in the band '{w}': {r}").format(
            a=text, w=where, r=points(raw)
        )


def _between_bands(lower: Band, upper: Band, measure: Measure, number: int) -> list[Problem]:
    decimals = measure.decimals
    last, first = lower.last(decimals), upper.first(decimals)
    if last is None or first is None or first <= last:
        shared = upper.low if upper.low is not None else lower.high
        value = Text("同一个数", "A value") if shared is None else measure.figure(float(shared))
        question = beside(value, "算哪一档？两档都写了它。", "is in two bands. Which one?")
        return [
            Problem(
                "scoring.bands_overlap",
                question,
                Text(
                    "“以上”“以下”含本数，“不满”“超过”不含。只让一档含它。",
                    "Let only one of the two bands include it.",
                ),
                path=f"bands.{number}.low",
            )
        ]
    if first > last + 1:
        unit = 10**decimals
        a = measure.figure((last + 1) / unit, decimals)
        b = measure.figure((first - 1) / unit, decimals)
        span = a if first == last + 2 else Text("{a} 到 {b}", "{a} to {b}").format(a=a, b=b)
        return [
            Problem(
                "scoring.bands_gap",
                beside(span, "没有写在哪一档。", "in no band."),
                Text("把上下两档接起来。", "Let the bands on both sides meet."),
                path=f"bands.{number}.low",
            )
        ]
    return []


def _no_band(limit: Decimal, where: str, measure: Measure) -> Problem:
    side = Text("低于", "Below") if where == "low" else Text("高于", "Above")
    figure = Text("{s} {v}", "{s} {v}").format(s=side, v=measure.figure(float(limit)))
    return Problem(
        "scoring.bands_open",
        beside(figure, "的没有写得几分。", "there are no points."),
        Text("加一档，比如“以下 0 分”。", "Add a band, for example 'below: 0'.")
        if where == "low"
        else Text("最高一档不写上限。", "Leave the top band open above."),
        path="bands",
    )


def _empty_band(band: Band, number: int) -> Problem:
    return Problem(
        "scoring.band_empty",
        Text("“{a} 到 {b}”这一档里没有数。", "The band '{a} to {b}' holds no value.").format(
            a="" if band.low is None else plain(float(band.low)),
            b="" if band.high is None else plain(float(band.high)),
        ),
        Text("看看上下限是不是写反了。", "Check whether the limits are swapped."),
        path=f"bands.{number}.high",
    )
