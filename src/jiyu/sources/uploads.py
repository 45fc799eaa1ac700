"""The file of an upload form."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError

FIELD = "file"


def uploaded(request: HttpRequest) -> tuple[bytes, str]:
    """Bytes and name of the uploaded file. Errors: sources.no_file, sources.empty_file,
    sources.file_too_big."""
    file = request.FILES.get(FIELD)
    if file is None:
        raise DomainError("sources.no_file", _("还没选文件"), fix=_("选一个 Excel 或 CSV 文件再提交"), path=FIELD)
    if not file.size:
        raise DomainError(
            "sources.empty_file",
            _("%(name)s 是空的，一个字节也没有") % {"name": file.name},
            fix=_("从系统里重新导出一份，打开看看有没有数，再选它"),
            path=FIELD,
        )
    if file.size > settings.MAX_UPLOAD_BYTES:
        raise DomainError(
            "sources.file_too_big",
            _("文件超过 %(mb)s MB") % {"mb": settings.MAX_UPLOAD_BYTES // 2**20},
            fix=_("分成几份，或者存成 CSV 再压缩成 .gz"),
            path=FIELD,
        )
    return file.read(), file.name or "file"
