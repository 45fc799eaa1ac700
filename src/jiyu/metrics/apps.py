from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "jiyu.metrics"
    label = "metrics"

    def ready(self) -> None:
        from jiyu.metrics import kinds  # noqa: F401 - registers the metric kind
        from jiyu.metrics.policies import SEE_METRICS
        from jiyu.ui import nav

        nav.register(
            nav.NavItem(
                code="metrics",
                label=_("数据项"),
                icon="scales",
                url_name="metrics:metrics",
                permission=SEE_METRICS,
                group=nav.NavGroup.PEOPLE,
                order=30,
            )
        )
