"""Pages of the kernel's own tests, behind the real middleware: they read, write, refuse and fail."""

from __future__ import annotations

import threading
import time

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import include, path

from jiyu.core.errors import DomainError
from jiyu.core.models import AuditEntry
from jiyu.core.once import long_write
from jiyu.people.models import Account
from tests.core.job_tasks import note, notes

handler404 = "jiyu.home.errors.not_found"
handler500 = "jiyu.home.errors.fault"


def show(request: HttpRequest) -> HttpResponse:
    """All notes of this company, and which prefix the page believes to have. Sets the CSRF cookie."""
    get_token(request)
    return JsonResponse({"notes": notes(), "link": request.build_absolute_uri("/x"), "path": request.path})


def write(request: HttpRequest) -> HttpResponse:
    """Write one note, slowly enough for a rival."""
    note(request.POST["words"])
    time.sleep(float(request.POST.get("seconds", "0")))
    return redirect(f"{request.META['SCRIPT_NAME']}/notes?made={AuditEntry.objects.count()}")


class LongWork:
    """Lets a test look on while `write_long` works."""

    def __init__(self) -> None:
        self.begun, self.release = threading.Event(), threading.Event()
        self.release.set()


long_work = LongWork()


@long_write
def write_long(request: HttpRequest) -> HttpResponse:
    """Write one note, commit it, and work on until the test lets go; no words are refused."""
    if not request.POST["words"]:
        raise DomainError("tests.refused", "不行", fix="换一个", status=409)
    note(request.POST["words"])
    long_work.begun.set()
    long_work.release.wait(timeout=10)
    return HttpResponse("done", status=201)


def write_or_refuse(request: HttpRequest) -> HttpResponse:
    """Write a note, then refuse: as a page that shows the form again, or by an error."""
    note(request.POST["words"])
    how = request.GET["how"]
    if how == "page":
        return HttpResponse("fix this", status=422)
    if how == "error":
        raise DomainError("tests.refused", "不行", fix="换一个", status=409)
    return HttpResponse("fine", status=201)


def fail(request: HttpRequest) -> HttpResponse:
    """Break with a message that quotes a person, as a database error would."""
    name = request.GET.get("name")
    try:
        raise ValueError(f"Key (name)=({name}) already exists")
    except ValueError as error:
        raise RuntimeError(f"could not save {name}") from error


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the account of that handle, made when missing."""
    account, _made = Account.objects.get_or_create(handle=request.POST["handle"])
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("in")


def who(request: HttpRequest) -> HttpResponse:
    """The handle of the account signed in."""
    return HttpResponse(request.user.get_username())


urlpatterns = [
    path("notes", show),
    path("write", write),
    path("write-long", write_long),
    path("refuse", write_or_refuse),
    path("fail", fail),
    path("sign-in", sign_in),
    path("who", who),
    path("", include(([path("", show, name="start")], "home"))),  # where refusals lead back to
]
