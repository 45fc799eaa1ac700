from django.urls import URLPattern, path, re_path

from jiyu.studio import views

app_name = "studio"
urlpatterns: list[URLPattern] = [
    path("rules/", views.modules, name="modules"),
    path("rules/<str:module_code>/", views.module, name="module"),
    path("rules/<str:module_code>/edition/", views.edition_new, name="edition-new"),
    path("rules/<str:module_code>/publish/", views.publish, name="publish"),
    path("rules/<str:module_code>/audience/", views.slot_new, name="slot-new"),
    path("rules/<str:module_code>/part/", views.cohort_new, name="cohort-new"),
    path("rules/<str:module_code>/people/", views.holders, name="holders"),
    path("rules/<str:module_code>/rebase/", views.rebase_work, name="rebase"),
    re_path(r"^proposals/(?P<proposal_id>[0-9a-f-]{36})/(?P<act>publish|drop)/$", views.proposal, name="proposal"),
]
