"""Pages for refusals and faults that Django itself finds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.request_id import request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or came from elsewhere."""
    error = DomainError(
        "core.csrf", _("这一页放太久了，没有提交"), fix=_("刷新页面再来一次，填过的内容浏览器会留着"), status=403
    )
    return render(request, "ui/error.html", {"error": error, "request_id": request_id.get()}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or not one this reader may see."""
    context = {"error": NotVisibleError(), "request_id": request_id.get()}
    return render(request, "ui/error.html", context, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """The program failed. Says nothing about why: that is in the log under the request id."""
    error = DomainError(
        "core.fault", _("程序出错了，你的数据没有丢"), fix=_("过一会儿再试；还不行就把下面的编号告诉管理员"), status=500
    )
    return render(request, "ui/error.html", {"error": error, "request_id": request_id.get()}, status=500)
