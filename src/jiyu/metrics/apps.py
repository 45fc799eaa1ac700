from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "jiyu.metrics"
    label = "metrics"

    def ready(self) -> None:
        from jiyu.metrics import kinds  # noqa: F401 - registers the metric kind
