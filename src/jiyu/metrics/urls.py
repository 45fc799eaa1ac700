from django.urls import URLPattern, path

from jiyu.metrics import views

app_name = "metrics"
urlpatterns: list[URLPattern] = [
    path("metrics/", views.metrics, name="metrics"),
    path("metrics/<str:module_code>/<str:code>/", views.metric, name="metric"),
    path("metrics/<str:module_code>/<str:code>/draft/", views.metric_draft, name="metric-draft"),
    path("metrics/<str:module_code>/<str:code>/draft/discard/", views.metric_discard, name="metric-discard"),
]
