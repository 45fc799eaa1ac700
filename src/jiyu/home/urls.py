from django.urls import URLPattern, path

from jiyu.home import (
    begin,
    company_page,
    emptying,
    export,
    my_page,
    new_company,
    paper,
    recover,
    seen,
    start,
    team,
    why,
)

app_name = "home"
urlpatterns: list[URLPattern] = [
    path("", start.start, name="start"),
    path("as/<uuid:person_id>/", start.take_identity, name="as"),
    path("enter/<str:secret>/", start.enter, name="enter"),
    path("out/", start.sign_out, name="sign-out"),
    path("me/", my_page.me, name="me"),
    path("person/<uuid:person_id>/", my_page.person, name="person"),
    path("seen/<uuid:enrolment_id>/<uuid:result_id>/", seen.acknowledge, name="acknowledge"),
    path("object/<uuid:result_id>/", seen.object_to, name="object"),
    path("objection/<uuid:objection_id>/withdraw/", seen.objection_withdraw, name="objection-withdraw"),
    path("team/", team.team, name="team"),
    path("company/", company_page.company_page, name="company"),
    path("why/<uuid:result_id>/", why.why, name="why"),
    path("why/<uuid:result_id>/paper/", paper.paper, name="paper"),
    path("why/now/<uuid:enrolment_id>/", why.why_now, name="why-now"),
    path("new/", new_company.new_company, name="new-company"),
    path("recover/", recover.recover, name="recover"),
    path("recover/new/", recover.renew, name="recover-renew"),
    path("begin/", begin.begin, name="begin"),
    path("empty/", emptying.empty, name="empty"),
    path("export/", export.export, name="export"),
    path("export/make/", export.make, name="export-make"),
    path("export/<uuid:job_id>/", export.take, name="export-take"),
]
