from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "jiyu.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.studio import policies  # noqa: F401 - declares permissions
