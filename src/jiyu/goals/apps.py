from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "jiyu.goals"
    label = "goals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.goals import kinds, policies  # noqa: F401 - registers the indicator kind, declares permissions
