"""The mapping kind (列的读法): how the files of one source become records, as a definition HR can freeze
and share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import UNITS
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.spec_words import SPEC_WORDS
from jiyu.studio.public import Catalog, Kind, Label, Spec


class MappingDefinition(Spec):
    """A mapping with its name and the code of the source whose files it reads."""

    label: Label
    source: str
    mapping: MappingSpec


class MappingKind(Kind[MappingDefinition]):
    """Checks that a mapping counts something, each thing once, in units that exist."""

    key: ClassVar[str] = "mapping"
    label: ClassVar[Text] = Text("列的读法", "Column mapping")
    spec_type = MappingDefinition
    field_words = SPEC_WORDS

    def check(self, spec: MappingDefinition, catalog: Catalog) -> list[Problem]:
        """sources.mapping_empty, sources.mapping_code_twice, sources.unknown_unit, sources.written_unit."""
        return list(_problems(spec.mapping))


def _problems(mapping: MappingSpec) -> Iterable[Problem]:
    if not mapping.measures:
        yield Problem(
            "sources.mapping_empty",
            Text("没有一列是数，只能数有几条", "No column holds numbers: rows can only be counted"),
            Text("要算合计或平均，就选一列作为数", "Choose a column for sums and averages"),
            path="mapping.measures",
            severity="warning",
        )
    seen: set[str] = set()
    for index, measure in enumerate(mapping.measures):
        path = f"mapping.measures[{index}]"
        if measure.code in seen:
            yield Problem(
                "sources.mapping_code_twice",
                Text(f"“{measure.code}”用了两次", f'"{measure.code}" is used twice'),
                Text("给其中一列换一个代码", "Give one of them another code"),
                path=f"{path}.code",
            )
        seen.add(measure.code)
        if measure.unit not in UNITS:
            yield Problem(
                "sources.unknown_unit",
                Text(f"不认识单位“{measure.unit}”", f'There is no unit "{measure.unit}"'),
                path=f"{path}.unit",
            )
        elif measure.written_unit and measure.written_unit not in _convertible(measure.unit):
            yield Problem(
                "sources.written_unit",
                Text(
                    f"单位“{measure.written_unit}”换不成“{measure.unit}”",
                    f'The unit "{measure.written_unit}" cannot be turned into "{measure.unit}"',
                ),
                Text("两个单位要是同一类的，例如分钟和小时", "Both must be of one kind, like minute and hour"),
                path=f"{path}.written_unit",
            )


def _convertible(code: str) -> list[str]:
    return [unit.code for unit in UNITS.values() if unit.dimension == UNITS[code].dimension]


MAPPING = MappingKind()
