"""Refusals told to people: what is wrong, where, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jiyu.core.language import say
from jiyu.lib.text import Problem


class DomainError(Exception):
    """A rule of the product refuses this.

    `code` is stable ("goals.weight_sum"); `message` and `fix` are already in the reader's language;
    `path` names the field; `status` is the HTTP status a page answers with.
    """

    def __init__(self, code: str, message: str, *, fix: str = "", path: str = "", status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.fix = str(fix)
        self.path = path
        self.status = status


class NotVisibleError(DomainError):
    """The thing does not exist for this actor: 404, whether or not it exists."""

    def __init__(self, what: str = "") -> None:
        super().__init__("core.not_visible", what or _("找不到，或者不在你能看的范围里"), status=404)


class NotAllowedError(DomainError):
    """The actor sees the thing but may not do this: 403."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__("core.not_allowed", message, fix=fix, status=403)


class ProblemsError(DomainError):
    """Several problems at once, as the library's checks report them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            first.code,
            _("；").join(say(p.message) for p in problems),
            fix=say(first.fix),
            path=first.path,
        )
        self.problems = tuple(problems)
