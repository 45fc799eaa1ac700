"""Addresses of the roster and of the data sources."""

from django.urls import URLPattern, path

from jiyu.sources import run_rows, views
from jiyu.sources.roster import views as roster

app_name = "sources"
urlpatterns: list[URLPattern] = [
    path("roster/", roster.index, name="roster"),
    path("roster/upload/", roster.upload, name="roster-upload"),
    path("roster/jobs/<uuid:job_id>/", roster.job, name="roster-job"),
    path("roster/<uuid:run_id>/", roster.one, name="roster-import"),
    path("roster/<uuid:run_id>/answer/", roster.answer, name="roster-answer"),
    path("roster/<uuid:run_id>/settle/", roster.settle, name="roster-settle"),
    path("roster/<uuid:run_id>/undo/", roster.undo, name="roster-undo"),
    path("sources/", views.index, name="index"),
    path("sources/upload/", views.upload, name="upload"),
    path("sources/upload/<uuid:file_id>/", views.proposal, name="proposal"),
    path("sources/upload/<uuid:file_id>/take/", views.take, name="take"),
    path("sources/jobs/<uuid:job_id>/", views.job, name="job"),
    path("sources/runs/<uuid:run_id>/", views.run, name="run"),
    path("sources/runs/<uuid:run_id>/rows/<str:kind>/", run_rows.run_rows, name="run-rows"),
    path("sources/runs/<uuid:run_id>/undo/", views.undo, name="undo"),
    path("sources/questions/<uuid:item_id>/", views.answer, name="answer"),
    path("sources/questions/<uuid:item_id>/settle/", views.settle, name="settle"),
    path("sources/of/<str:slug>/", views.source, name="source"),
]
