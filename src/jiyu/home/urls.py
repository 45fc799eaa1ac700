from django.urls import URLPattern, path

from jiyu.home import access_page, company_page, my_page, paper, pda, signing_in, start, team, why

app_name = "home"
urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("as/<uuid:person_id>/", start.take_identity, name="as"),
    path("enter/<str:secret>/", start.enter, name="enter"),
    path("out/", start.sign_out, name="sign-out"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("i/<str:secret>/", signing_in.invited, name="invited"),
    path("account/", signing_in.account, name="account"),
    path("account/password/", signing_in.password, name="password"),
    path("account/end/<uuid:session_id>/", signing_in.session_end, name="session-end"),
    path("access/", access_page.access, name="access"),
    path("access/invite/", access_page.invite, name="invite"),
    path("access/invite/<uuid:invitation_id>/end/", access_page.invite_end, name="invite-end"),
    path("access/lan/", access_page.lan, name="lan"),
    path("access/codes/", access_page.pin_codes, name="pin-codes"),
    path("access/open/<uuid:person_id>/", access_page.lock_open, name="lock-open"),
    path("access/device/", access_page.device_new, name="device-new"),
    path("access/device/<uuid:device_id>/end/", access_page.device_end, name="device-end"),
    path("pda/", pda.pda, name="pda"),
    path("pda/register/", pda.register, name="pda-enter-code"),
    path("pda/register/<str:code>/", pda.register, name="pda-register"),
    path("pda/pin/", pda.pin, name="pda-pin"),
    path("pda/me/", pda.me, name="pda-me"),
    path("me/", my_page.me, name="me"),
    path("person/<uuid:person_id>/", my_page.person, name="person"),
    path("team/", team.team, name="team"),
    path("company/", company_page.company_page, name="company"),
    path("why/<uuid:result_id>/", why.why, name="why"),
    path("why/<uuid:result_id>/paper/", paper.paper, name="paper"),
    path("why/now/<uuid:enrolment_id>/", why.why_now, name="why-now"),
]
