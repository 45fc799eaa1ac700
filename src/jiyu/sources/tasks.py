"""Work on big files, done in the background."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import translation
from django_tasks import task

from jiyu.core.errors import DomainError
from jiyu.people.models import Account
from jiyu.people.public import actor_of
from jiyu.sources.models import Run
from jiyu.sources.numbers import numbers_take


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
    """Take a kept file in for the account that confirmed it. Safe to run twice: what is known already is
    repeated. A refusal is a result, not a fault: {"refused": {message, fix}}; else {"run": id}."""
    with translation.override(language):
        try:
            run = numbers_take(
                actor=actor_of(Account.objects.get(pk=account_id)),
                file_id=UUID(file_id),
                source_code=source_code,
                source_label=source_label,
                answers=answers,
                mode=mode,
                window=(date.fromisoformat(window[0]), date.fromisoformat(window[1])) if window else None,
            )
        except DomainError as error:
            return {"refused": {"message": error.message, "fix": error.fix}}
    return {"run": str(run.pk)}
