from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "jiyu.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.core import person_facts
        from jiyu.people import policies  # noqa: F401 - declares permissions
        from jiyu.people.facts import FACTS, person_fact_choices, person_facts_read

        person_facts.register(FACTS, person_facts_read, person_fact_choices)

        post_migrate.connect(_reinstall_triggers, sender=self, dispatch_uid="people.apart")


def _reinstall_triggers(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from jiyu.people import apart

    apart.install(connections[using])
