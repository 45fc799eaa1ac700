"""以前的数怎么办: the ways to take a file beside what its source has, and what each would end, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.language import say
from jiyu.sources.models import Run
from jiyu.sources.replacing import Replaceable
from jiyu.sources.runs.returning import returning_text
from jiyu.sources.showing import rows_words
from jiyu.ui.dates import day_text

WAY_SEPARATOR = ":"  # "append:leave": the mode, and what becomes of rows that were replaced before
NOT_BACK, BACK = f"{Run.APPEND}{WAY_SEPARATOR}leave", f"{Run.APPEND}{WAY_SEPARATOR}bring_back"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take the file: the form's value, its words, sentences on what it would end; `has_days`: it asks for
    two dates."""

    value: str
    label: str
    notes: tuple[str, ...]
    is_chosen: bool
    has_days: bool


@dataclass(frozen=True, slots=True)
class ReplacingShown:
    """The card. `returning` says which rows were replaced before ("": none); `first` and `last` as date fields take
    them, `counted` both as one, so that a form tells whether other days were typed in since."""

    returning: str
    ways: tuple[Way, ...]
    first: str
    last: str

    @property
    def counted(self) -> str:
        """The days whose count is shown."""
        return counted_days(self.first, self.last)


def counted_days(first: str, last: str) -> str:
    """Two days of the form as one value."""
    return f"{first}/{last}"


def replacing_shown(found: Replaceable | None, chosen: str) -> ReplacingShown | None:
    """The card of a file; `chosen` is the way last picked (the first one where it is none of them). None where the
    source has nothing a file could replace."""
    if found is None:
        return None
    asks = bool(found.returning) or found.may_return
    told: list[tuple[str, str, list[str]]] = [(Run.APPEND, _("都留着，只加上新的、更正变了的"), [])]
    if asks:
        told = [
            (NOT_BACK, _("都留着，只加上新的、更正变了的；以前被替换过的行不带回来"), []),
            (BACK, _("都留着，只加上新的、更正变了的；以前被替换过的行也带回来"), []),
        ]
    told += [
        (Run.REPLACE_WINDOW, _("这段日子的以这份文件为准，文件里没有的不再计"), _window_notes(found)),
        (Run.SNAPSHOT, _("这是全部的数，文件里没有的都不再计"), [_all_note(found)]),
    ]
    picked = chosen if chosen in {value for value, _label, _notes in told} else told[0][0]
    return ReplacingShown(
        returning=_returning_words(found),
        ways=tuple(
            Way(value, label, tuple(notes), is_chosen=value == picked, has_days=value == Run.REPLACE_WINDOW)
            for value, label, notes in told
        ),
        first=found.first.isoformat(),
        last=found.last.isoformat(),
    )


def _returning_words(found: Replaceable) -> str:
    if found.returning:
        return say(returning_text(found.returning))
    if found.may_return:
        return _("这个来源的数替换过。文件大，先不数里面有几行是被替换掉的。")
    return ""


def _window_notes(found: Replaceable) -> list[str]:
    if found.gone is None:
        return [_uncounted(found)]
    today = clock.today()
    days = {"first": day_text(found.first, today), "last": day_text(found.last, today), "n": found.gone}
    words = _("%(first)s 到 %(last)s 以前有的，这份文件里都有。")
    if found.gone:
        words = ngettext(
            "%(first)s 到 %(last)s 以前有、这份文件里没有的有 %(n)s 条，选了就不再计。",
            "%(first)s 到 %(last)s 以前有、这份文件里没有的有 %(n)s 条，选了就不再计。",
            found.gone,
        )
    if not found.outside:
        return [words % days]
    outside = ngettext(
        "文件里有 %(n)s 行不在这段日子里，会先放到待处理。",
        "文件里有 %(n)s 行不在这段日子里，会先放到待处理。",
        found.outside,
    )
    return [words % days, outside % {"n": found.outside}]


def _all_note(found: Replaceable) -> str:
    if found.gone_all is None:
        return _uncounted(found)
    if not found.gone_all:
        return _("以前有的，这份文件里都有。")
    return ngettext(
        "以前有、这份文件里没有的有 %(n)s 条，选了就不再计。",
        "以前有、这份文件里没有的有 %(n)s 条，选了就不再计。",
        found.gone_all,
    ) % {"n": found.gone_all}


def _uncounted(found: Replaceable) -> str:
    if found.unreadable:
        return _("%(rows)s读不懂，改好才能替换。") % {"rows": rows_words(found.unreadable)}
    return _("文件大，先不数会少几条；导入后会说。")
