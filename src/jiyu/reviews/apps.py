from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "jiyu.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jiyu.people.public import register_rests_on
        from jiyu.reviews import kinds  # noqa: F401 - registers the kinds
        from jiyu.reviews.policies import RUN_CYCLES, SEE_CYCLES
        from jiyu.reviews.rebasing import EnrolmentWork
        from jiyu.reviews.resting import enrolments_on, results_on
        from jiyu.sources.public import register_rest_check
        from jiyu.studio.public import register_work
        from jiyu.ui import nav

        register_work(EnrolmentWork())
        register_rests_on(enrolments_on)
        register_rest_check(results_on)

        nav.register(
            nav.NavItem(
                code="objections",
                label=_("异议"),
                icon="chat",
                url_name="reviews:objections",
                permission=RUN_CYCLES,
                group=nav.NavGroup.REVIEWS,
                order=30,
            )
        )
        nav.register(
            nav.NavItem(
                code="cycles",
                label=_("考核周期"),
                tab_label=_("周期"),
                icon="calendar",
                url_name="reviews:cycles",
                permission=SEE_CYCLES,
                group=nav.NavGroup.REVIEWS,
                order=10,
                tab=4,
            )
        )
