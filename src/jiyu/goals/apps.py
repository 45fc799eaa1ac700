from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "jiyu.goals"
    label = "goals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.goals import kinds  # noqa: F401 - registers the indicator kind
        from jiyu.goals.policies import SEE_SHEETS
        from jiyu.goals.rebasing import SheetWork
        from jiyu.studio.public import register_work
        from jiyu.ui import nav

        register_work(SheetWork())
        nav.register(
            nav.NavItem(
                code="sheets",
                label=_("考核表"),
                icon="file",
                url_name="goals:sheets",
                permission=SEE_SHEETS,
                group=nav.NavGroup.REVIEWS,
                order=20,
            )
        )
