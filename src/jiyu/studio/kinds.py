"""What a Kind is: one object that knows everything about one sort of definition (HOUSE_STYLE §3).

Apps register their Kinds at start. The studio freezes, releases and compares specs without knowing what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from jiyu.lib.text import Problem, Text
from jiyu.studio.differences import described


class Spec(BaseModel):
    """Base of all specs: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Label(Spec):
    """A label HR wrote: Chinese, and English when there is one."""

    zh: str
    en: str = ""

    @property
    def text(self) -> Text:
        """As `Text`, so that an absent English falls back to Chinese."""
        return Text(self.zh, self.en)


@dataclass(frozen=True)
class Reference:
    """A spec mentions another definition: `module` empty means its own module. `part` is the path inside the spec."""

    kind: str
    code: str
    part: str
    module: str = ""

    @classmethod
    def parse(cls, kind: str, written: str, part: str) -> Reference:
        """From what a spec says: `code`, or `module:code` for a definition of another module."""
        module, _, code = written.rpartition(":")
        return cls(kind=kind, code=code, part=part, module=module)


class Catalog(Protocol):
    """What a check may ask: the spec another definition has in the edition being made, or None."""

    def spec(self, kind: str, written: str) -> Spec | None: ...


S = TypeVar("S", bound=Spec)


class Kind(Generic[S]):
    """One sort of definition. `key` is stored and never renamed. `chosen` says when work fixes its version."""

    key: ClassVar[str]
    label: ClassVar[Text]
    spec_type: type[S]
    schema_no: ClassVar[int] = 1
    chosen: ClassVar[Literal["at_enrolment", "at_start", "at_use"]] = "at_use"
    field_words: ClassVar[Mapping[str, Text]] = {}  # what HR calls the fields and values of a spec
    touches_results: ClassVar[bool] = True  # whether a change may move somebody's number: then two publish it

    def check(self, spec: S, catalog: Catalog) -> list[Problem]:
        """What is wrong with `spec`; an empty list allows freezing."""
        return []

    def references(self, spec: S) -> Sequence[Reference]:
        """The definitions that `spec` mentions."""
        return ()

    def upgrade(self, raw: dict[str, Any], schema_no: int) -> dict[str, Any]:
        """`raw` as stored under `schema_no`, brought to today's schema. Pure."""
        return raw

    def name_of(self, spec: S) -> Text:
        """What HR calls this definition."""
        return cast(Label, spec.label).text if hasattr(spec, "label") else Text(self.key)

    def words(self, spec: S) -> list[str]:
        """What the definition says, line by line, in the reader's language. The general form names each field that is
        set."""
        return [f"{path}: {value}" for path, value in _fields(spec.model_dump(exclude_defaults=True), "")]

    def describe_diff(self, old: S, new: S) -> list[Text]:
        """What changed, in plain words: a sentence for each field, called as `field_words` say."""
        return described(old.model_dump(mode="json"), new.model_dump(mode="json"), self.field_words)

    def parse(self, raw: Mapping[str, Any], schema_no: int | None = None) -> S:
        """`raw` as a typed spec; raises `SpecError` with one problem per field."""
        data = dict(raw)
        if schema_no is not None and schema_no != self.schema_no:
            data = self.upgrade(data, schema_no)
        try:
            return self.spec_type.model_validate(data)
        except ValidationError as error:
            raise SpecError([_as_problem(e) for e in error.errors()]) from error


class SpecError(Exception):
    """A raw spec does not have the shape of its kind."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.message.en}" for p in problems))
        self.problems = tuple(problems)


_kinds: dict[str, Kind[Any]] = {}


def register(kind: Kind[Any]) -> None:
    """Make a kind known. Called once at start by the app that owns its meaning."""
    if kind.key in _kinds:
        raise ValueError(f"kind {kind.key} is registered twice")
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind[Any]:
    """The kind stored as `key`; raises KeyError for an unknown one."""
    return _kinds[key]


def kinds() -> Mapping[str, Kind[Any]]:
    """All registered kinds by key."""
    return dict(_kinds)


def _as_problem(error: Mapping[str, Any]) -> Problem:
    path = ".".join(str(part) for part in error["loc"])
    words = {
        "missing": Text("缺这一项", "is missing"),
        "extra_forbidden": Text("不认识这一项", "is not known"),
    }.get(error["type"], Text(f"不合要求：{error['msg']}", str(error["msg"])))
    message = Text(f"“{path}”{words.zh}", f"“{path}” {words.en}")
    return Problem("studio.spec_shape", message, path=path)


def _fields(value: Any, path: str) -> Iterable[tuple[str, Any]]:
    """Every set field with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _fields(inner, f"{path}[{i}]")
    elif value not in (None, ""):
        yield path, value
