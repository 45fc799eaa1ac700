from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "jiyu.sources"
    label = "sources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.sources import kinds
        from jiyu.sources.policies import IMPORT_ROSTER, SEE_SOURCES
        from jiyu.studio.public import register
        from jiyu.ui import nav

        register(kinds.MAPPING)
        group = nav.NavGroup.PEOPLE
        nav.register(
            nav.NavItem(
                code="roster", label=_("花名册"), icon="users", url_name="sources:roster",
                permission=IMPORT_ROSTER, group=group, order=10,
            )
        )  # fmt: skip
        nav.register(
            nav.NavItem(
                code="sources", label=_("数据来源"), icon="database", url_name="sources:index",
                permission=SEE_SOURCES, group=group, order=20,
            )
        )  # fmt: skip
