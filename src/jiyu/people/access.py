"""From a signed-in account to the actor of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.recorded import known
from jiyu.people.models import Account, Grant


class ActorMiddleware:
    """Sets `request.actor`: the person behind the session with the roles held now, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_of(user) if isinstance(user, Account) else None  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(account: Account) -> Actor:
    """The actor an account acts as now. Grants are read at each request: a withdrawn one ends at once."""
    if account.person_id is None:
        return Actor(person_id=None, account_id=account.pk, grants=(GrantView("owner"),), name=account.handle)
    now = clock.now()
    held = Grant.objects.filter(known(now), person_id=account.person_id, from_at__lte=now)
    grants = tuple(GrantView(g.role, g.unit_id) for g in held if g.to_at is None or g.to_at > now)
    return Actor(person_id=account.person_id, account_id=account.pk, grants=grants)
