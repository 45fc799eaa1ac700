from django.urls import URLPattern, path

from jiyu.reviews import objection_views, views

app_name = "reviews"
urlpatterns: list[URLPattern] = [
    path("objections/", objection_views.objections, name="objections"),
    path("cycles/", views.cycles, name="cycles"),
    path("cycles/open/", views.cycle_open_form, name="cycle-open"),
    path("cycles/<uuid:cycle_id>/", views.cycle, name="cycle"),
    path("cycles/<uuid:cycle_id>/people/", views.cycle_people_list, name="cycle-people"),
    path("cycles/<uuid:cycle_id>/score/", views.cycle_score_post, name="cycle-score"),
    path("cycles/<uuid:cycle_id>/cutoff/", views.cycle_cutoff_post, name="cycle-cutoff"),
    path("cycles/<uuid:cycle_id>/finalize/", views.cycle_finalize_post, name="cycle-finalize"),
]
