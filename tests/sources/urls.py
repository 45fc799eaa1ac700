"""Only what the pages of sources need, so that these tests do not wait for other rooms."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from jiyu.config.urls import handler404, handler500  # noqa: F401 - the refusals must look as they do
from jiyu.core.access import public


@public("stands for the start page")
def start(request: HttpRequest) -> HttpResponse:
    return HttpResponse("start")


urlpatterns = [
    path("", include(([path("", start, name="start")], "home"))),
    path("", include("jiyu.sources.urls")),
]
