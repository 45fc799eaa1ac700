"""From a signed-in account to the actor of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.recorded import known
from jiyu.people.models import Account, Grant
from jiyu.people.signin.sessions import PIN, session_lives, session_way


class ActorMiddleware:
    """Sets `request.actor`: the person behind the session with the roles held now, or None. A session that is over ends
    here. Who came in by PIN on a shared terminal (`request.is_shared_device`) acts for themselves only: four digits are
    too few for a role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, Account) and not session_lives(request.session, user):
            logout(request)
            user = request.user
        request.actor = actor_of(user) if isinstance(user, Account) else None  # type: ignore[attr-defined]
        if request.actor is not None and session_way(request.session) == PIN:  # type: ignore[attr-defined]
            request.is_shared_device = True  # type: ignore[attr-defined]
            request.actor = replace(request.actor, grants=())  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(account: Account) -> Actor:
    """The actor an account acts as now. Grants are read at each request: a withdrawn one ends at once."""
    if account.person_id is None:
        return Actor(person_id=None, account_id=account.pk, grants=(GrantView("owner"),), name=account.handle)
    now = clock.now()
    held = Grant.objects.filter(known(now), person_id=account.person_id, from_at__lte=now)
    grants = tuple(GrantView(g.role, g.unit_id) for g in held if g.to_at is None or g.to_at > now)
    return Actor(person_id=account.person_id, account_id=account.pk, grants=grants)
