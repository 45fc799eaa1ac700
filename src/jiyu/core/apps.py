from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "jiyu.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_reinstall_triggers, dispatch_uid="core.insert_only")


def _reinstall_triggers(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from jiyu.core import insert_only

    insert_only.install(connections[using])
