"""Work on big files, done in the background. Each task is safe to run twice: what is known already is repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import translation
from django_tasks import task

from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.people.models import Account
from jiyu.people.public import actor_of
from jiyu.sources.models import Run
from jiyu.sources.numbers import numbers_take
from jiyu.sources.roster.services import roster_take_kept


@task()
def take_numbers(
    account_id: str,
    file_id: str,
    source_code: str,
    source_label: str,
    answers: dict[str, str],
    language: str,
    mode: str = Run.APPEND,
    window: list[str] | None = None,
) -> dict[str, Any]:
    """Take a kept file of numbers in for the account that confirmed it; the result as `_taken` tells it."""

    def take(actor: Actor) -> Run:
        return numbers_take(
            actor=actor,
            file_id=UUID(file_id),
            source_code=source_code,
            source_label=source_label,
            answers=answers,
            mode=mode,
            window=(date.fromisoformat(window[0]), date.fromisoformat(window[1])) if window else None,
        )

    return _taken(account_id, language, take)


@task()
def take_roster(account_id: str, file_id: str, language: str) -> dict[str, Any]:
    """Take a kept roster in for the account that uploaded it; the result as `_taken` tells it."""
    return _taken(account_id, language, lambda actor: roster_take_kept(actor=actor, file_id=UUID(file_id)))


def _taken(account_id: str, language: str, take: Callable[[Actor], Run]) -> dict[str, Any]:
    """{"run": id}; a refusal is a result, not a fault: {"refused": {message, fix}}."""
    with translation.override(language):
        try:
            run = take(actor_of(Account.objects.get(pk=account_id)))
        except DomainError as error:
            return {"refused": {"message": error.message, "fix": error.fix}}
    return {"run": str(run.pk)}
