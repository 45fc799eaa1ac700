from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudioConfig(AppConfig):
    name = "jiyu.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.studio import audiences  # noqa: F401 - registers the audience kind
        from jiyu.studio.policies import SEE_RULES
        from jiyu.ui import nav

        nav.register(
            nav.NavItem(
                code="rules",
                label=_("规则"),
                icon="sliders",
                url_name="studio:modules",
                permission=SEE_RULES,
                group=nav.NavGroup.STUDIO,
                order=10,
            )
        )
