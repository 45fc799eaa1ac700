from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "jiyu.home"
    label = "home"

    def ready(self) -> None:
        from jiyu.core import refs
        from jiyu.home.policies import EXPORT_ALL
        from jiyu.home.who import who_reads
        from jiyu.people.public import KEEP_DEVICES, SEE_OWN
        from jiyu.reviews.public import SEE_COMPANY
        from jiyu.ui import nav, shell

        nav.register(
            nav.NavItem(
                code="me",
                label=_("我的一页"),
                tab_label=_("我的"),
                icon="home",
                url_name="home:me",
                permission=SEE_OWN,
                order=10,
                tab=1,
            )
        )
        nav.register(
            nav.NavItem(
                code="team",
                label=_("我的团队"),
                tab_label=_("团队"),
                icon="users",
                url_name="home:team",
                permission=SEE_OWN,
                group=nav.NavGroup.TOGETHER,
                order=20,
                tab=2,
                shown_if=_is_lead,
            )
        )
        nav.register(
            nav.NavItem(
                code="company",
                label=_("公司一页"),
                tab_label=_("公司"),
                icon="map",
                url_name="home:company",
                permission=SEE_COMPANY,
                group=nav.NavGroup.TOGETHER,
                order=30,
                tab=3,
            )
        )
        nav.register(
            nav.NavItem(
                code="export",
                label=_("全部导出"),
                icon="download",
                url_name="home:export",
                permission=EXPORT_ALL,
                group=nav.NavGroup.PEOPLE,
                order=90,
            )
        )
        nav.register(
            nav.NavItem(
                code="access",
                label=_("谁能进来"),
                icon="lock",
                url_name="home:access",
                permission=KEEP_DEVICES,
                group=nav.NavGroup.PEOPLE,
                order=95,
                shown_if=_hands_out_ways_in,
            )
        )
        nav.register(
            nav.NavItem(
                code="account",
                label=_("我的登录"),
                icon="person",
                url_name="home:account",
                permission=SEE_OWN,
                order=90,
            )
        )
        shell.register_who(who_reads)
        refs.register_page("reviews.result", "home:why")
        refs.register_page("people.person", "home:person")


def _is_lead(request: object) -> bool:
    from jiyu.home.who import reader

    return reader(request).is_lead  # type: ignore[arg-type]


def _hands_out_ways_in(request: object) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and (actor.has_role("hr", "owner") or _is_lead(request))
