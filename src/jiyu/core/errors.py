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

    @property
    def several(self) -> tuple[DomainError, ...]:
        """Everything it refuses for, each with its own fix: itself, unless there are several."""
        return (self,)

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it, as running text."""
        if not self.fix:
            return self.message
        stop = "" if self.message.endswith(("。", "？", "！", ".", "?", "!")) else _("。")
        return f"{self.message}{stop}{self.fix}"


class NotVisibleError(DomainError):
    """The thing does not exist for this actor: 404, whether or not it exists."""

    def __init__(self, what: str = "") -> None:
        super().__init__("core.not_visible", what or _("找不到，或者不在你能看的范围里"), status=404)


class NotAllowedError(DomainError):
    """The actor sees the thing but may not do this: 403."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__("core.not_allowed", message, fix=fix, status=403)


class TooManyError(DomainError):
    """Tried too often: 429, with the seconds after which it may be tried again."""

    def __init__(self, code: str, message: str, *, fix: str, retry_after_seconds: int) -> None:
        super().__init__(code, message, fix=fix, status=429)
        self.retry_after_seconds = retry_after_seconds


class SeveralError(DomainError):
    """Several refusals at once: `several` has each with its own fix; the first gives code, path and status."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        first = errors[0]
        super().__init__(
            first.code, _("；").join(e.message for e in errors), fix=first.fix, path=first.path, status=first.status
        )
        self._several = tuple(errors)

    @property
    def several(self) -> tuple[DomainError, ...]:
        return self._several


class ProblemsError(SeveralError):
    """Several problems at once, as the library's checks report them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__([DomainError(p.code, say(p.message), fix=say(p.fix), path=p.path) for p in problems])
        self.problems = tuple(problems)
