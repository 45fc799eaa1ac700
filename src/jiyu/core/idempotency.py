"""Sending the same write twice does it once (DESIGN §8).

A key comes as the header `Idempotency-Key` or the form field `_once` (pages put a fresh one into each form,
so that a double tap or a replayed offline queue is harmless). It is bound to account, route and body: the
same key with other content is refused. The key's row and the write commit together; a rival with the same key
waits and gets the answer. A view marked `long_write` must not hold a lock that long: its key commits first, and
who sends it again meanwhile is told that it is under way. A view marked `never_repeated` takes no keys: what it
refuses is counted, or what it answers is secret."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.middleware import refusal_page
from jiyu.core.models import IdempotencyKey
from jiyu.core.once import ONCE_FIELD, is_long_write, is_never_repeated

LONGEST_KEY = 80
KEPT_BODY_BYTES = 64 * 1024
UNDER_WAY = 0
LOST_AFTER_SECONDS = 15 * 60
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class IdempotencyMiddleware:
    """Answers a repeated write from the kept answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        if request.method in SAFE or is_never_repeated(view):
            return None
        key = request.headers.get("Idempotency-Key") or request.POST.get(ONCE_FIELD, "")
        if not key:
            return None
        try:
            return self._once(request, view, args, kwargs, key)
        except DomainError as error:  # Django's exception hooks are for views, and this is called before them
            return refusal_page(request, error)

    def _once(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
        key: str,
    ) -> HttpResponse:
        if len(key) > LONGEST_KEY:
            raise DomainError("core.idempotency_key", _("Idempotency-Key 最多 80 个字符"), status=400)
        account: UUID | None = getattr(getattr(request, "user", None), "pk", None)
        sha = _body_sha(request)
        row = IdempotencyKey(
            account=account,
            key=key,
            route=request.path[:200],
            body_sha=sha,
            created_at=clock.monotonic_deadline(0),  # real time: a standing clock would keep a lost key for ever
        )
        try:
            if is_long_write(view):
                return self._key_first(row, lambda: view(request, *args, **kwargs))
            return self._together(row, lambda: view(request, *args, **kwargs))
        except _RepeatedError:
            return _kept_answer(account=account, key=key, route=request.path, sha=sha)

    def _together(self, row: IdempotencyKey, work: Callable[[], HttpResponse]) -> HttpResponse:
        """Key and write in one transaction; a refusal leaves no key, so it may be corrected and sent again."""
        with transaction.atomic():
            _insert(row)
            response = work()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep_answer(row, response)
            return response

    def _key_first(self, row: IdempotencyKey, work: Callable[[], HttpResponse]) -> HttpResponse:
        """The key commits, then the work piece by piece, then the answer. A key whose work was lost (its process
        died) is taken over after a while: such work is safe to repeat."""
        lost_before = clock.monotonic_deadline(-LOST_AFTER_SECONDS)
        IdempotencyKey.objects.filter(
            account=row.account, key=row.key, status=UNDER_WAY, created_at__lt=lost_before
        ).delete()
        _insert(row)
        kept = False
        try:
            response = work()
            if response.status_code < 400:
                _keep_answer(row, response)
                kept = True
            return response
        finally:
            if not kept:
                row.delete()


class _RepeatedError(Exception):
    pass


def _insert(row: IdempotencyKey) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _RepeatedError from None


def _keep_answer(row: IdempotencyKey, response: HttpResponse) -> None:
    if response.streaming:
        return
    row.status = response.status_code
    row.location = response.get("Location", "")[:500]
    row.content_type = response.get("Content-Type", "")[:100]
    row.body = response.content[:KEPT_BODY_BYTES]
    row.save()


def _kept_answer(*, account: UUID | None, key: str, route: str, sha: str) -> HttpResponse:
    row = IdempotencyKey.objects.get(account=account, key=key)
    if row.route != route[:200] or row.body_sha != sha:
        raise DomainError(
            "core.idempotency_reused",
            _("这一份已经提交过，内容却不一样"),
            fix=_("刷新页面再填一次"),
            status=422,
        )
    if row.status == UNDER_WAY:
        raise DomainError("core.under_way", _("这一份正在处理，不用再点"), fix=_("等一会儿再刷新"), status=409)
    response = HttpResponse(bytes(row.body), status=row.status, content_type=row.content_type or None)
    if row.location:
        response["Location"] = row.location
    response["Idempotency-Replayed"] = "true"
    return response


def _body_sha(request: HttpRequest) -> str:
    """The hash of everything the sender chose: query, fields and files (the CSRF token is not a choice)."""
    fields = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"]
    digest = hashlib.sha256(json.dumps([request.META.get("QUERY_STRING", ""), fields]).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(json.dumps([name, upload.name, upload.size]).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    if not request.POST and not request.FILES:
        digest.update(request.body)
    return digest.hexdigest()
