"""Every page of a company. Each app names its own URLs; the prefix of the company is already taken off."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jiyu.home.urls")),
    path("", include("jiyu.reviews.urls")),
    path("", include("jiyu.goals.urls")),
    path("", include("jiyu.metrics.urls")),
    path("", include("jiyu.sources.urls")),
    path("", include("jiyu.studio.urls")),
    path("", include("jiyu.ui.urls")),
]

handler404 = "jiyu.home.errors.not_found"
handler500 = "jiyu.home.errors.fault"
