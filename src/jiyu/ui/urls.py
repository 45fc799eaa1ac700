"""Pages of the `ui` room itself."""

from django.urls import path

from jiyu.ui import views

app_name = "ui"
urlpatterns = [path("parts/", views.parts, name="parts")]
