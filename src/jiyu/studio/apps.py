from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "jiyu.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.studio import audiences, policies  # noqa: F401 - registers the audience kind, declares permissions
