"""Every URL declares who may open it; a test walks all URLs and fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiyu.core import policy
from jiyu.core.actor import Actor

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class Access:
    """What a view declares: a permission code, or the reason it is open to anybody."""

    permission: str = ""
    public_reason: str = ""


class ActorRequest(HttpRequest):
    """A request whose actor is known: what a view behind `requires` receives."""

    actor: Actor


def public(reason: str) -> Callable[[View], View]:
    """This view may be opened without signing in, because of `reason`."""

    def mark(view: View) -> View:
        view.jiyu_access = Access(public_reason=reason)  # type: ignore[attr-defined]
        return view

    return mark


def requires(permission: str) -> Callable[[View], View]:
    """This view needs a signed-in actor who holds `permission`; otherwise the start page, or 403 with the
    reason."""

    def mark(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return redirect("home:start")
            policy.require(actor, permission)
            return view(request, *args, **kwargs)

        checked.jiyu_access = Access(permission=permission)  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return mark
