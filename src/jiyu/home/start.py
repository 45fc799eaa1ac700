"""The first page of a company, and coming in and going out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiyu.core import clock, company
from jiyu.core.access import public
from jiyu.core.actor import Actor
from jiyu.core.errors import NotAllowedError
from jiyu.core.machine import is_this_machine, may_found
from jiyu.home.coming_in import come_in, go_out, landing, terminal
from jiyu.home.who import avatar_char
from jiyu.people import public as people


@dataclass(frozen=True)
class Offer:
    """Somebody whose place a visitor may take, as the card shows it."""

    person_id: UUID
    name: str
    char: str
    title: str
    place: str
    question: str
    go: str


@public("the first page: who are you?")
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """换个身份看看 in the demo; where there is no company yet, how to make one; elsewhere how to come in."""
    here = company.current_or_none()
    if here is None:
        return redirect("home:new-company")
    if here.demo:
        offers = [_offer(o) for o in people.identity_offer_list()]
        now = clock.now()
        head_count = len(people.org_on(on=clock.today(), known_at=now).employed)
        context: dict[str, Any] = {
            "offers": offers,
            "here": here,
            "head_count": head_count,
            "clock_at": now,
            "may_found": may_found(request),
        }
        return render(request, "home/start_demo.html", context)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        return redirect(landing(actor))
    if terminal(request) is not None:
        return redirect("home:pda")
    return render(request, "home/start.html", {"here": here})


@public("the demo lets everybody look through somebody's eyes; refused elsewhere")
@require_POST
def take_identity(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Sign in as one of the offered identities (demo company only)."""
    return come_in(request, people.demo_sign_in(person_id=person_id), way=people.signin.DEMO)


@public("a one-time link is the sign-in")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link. Opening shows a button: previews of mail programs must not spend the link."""
    if not is_this_machine(request):
        raise NotAllowedError(_("一次性链接只能在装绩语的机器上打开"), fix=_("到那台机器上的浏览器里打开它"))
    if request.method == "POST":
        return come_in(request, people.link_use(secret=secret), way=people.signin.TERMINAL)
    return render(
        request, "home/enter.html", {"here": company.current_or_none(), "name": people.link_bearer(secret=secret)}
    )


@public("anybody may leave")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; nothing of the session stays."""
    was_shared = getattr(request, "is_shared_device", False)
    go_out(request)
    return redirect("home:pda" if was_shared else "home:start")


def _offer(offer: people.IdentityOffer) -> Offer:
    """What each identity is curious about; the words depend on the role, not on the name."""
    place = offer.unit_path.replace(" / ", " ")
    if "hr" in offer.roles:
        words = (_("HR"), _("谁还没有分？缺哪家的数，缺到哪天？"), _("看考核周期"))
    elif "executive" in offer.roles:
        words = (_("总经理"), _("哪个部门走得稳，哪里在等数？"), _("看公司一页"))
    elif "经理" in offer.job or "总监" in offer.job:
        words = (offer.job, _("谁还差多少？点开每个数看它从哪来。"), _("看他的团队"))
    elif "长" in offer.job:
        words = (offer.job, _("班里每个人的数，一眼看完。"), _("看他的团队"))
    else:
        words = (offer.job, _("得分是怎么来的？一直点到夜班那几行报工。"), _("看他的一页"))
    return Offer(
        person_id=offer.person_id,
        name=offer.name,
        char=avatar_char(offer.name),
        title=f"{words[0]} {offer.name}",
        place=place,
        question=words[1],
        go=words[2],
    )
