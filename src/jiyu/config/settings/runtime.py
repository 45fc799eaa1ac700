"""The running program: data in `JIYU_HOME`, a generated key, a company per prefix."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from jiyu.config.secret import secret_key
from jiyu.config.settings.base import *  # noqa: F403

SECRET_KEY = secret_key()
DEBUG = os.environ.get("JIYU_DEBUG") == "1"
PUBLIC_HOST = urlsplit(os.environ.get("JIYU_PUBLIC_URL", "")).hostname  # what QR codes for phones are printed with
ALLOWED_HOSTS = os.environ.get("JIYU_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ALLOWED_HOSTS += [PUBLIC_HOST] if PUBLIC_HOST else []
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIYU_TRUSTED_ORIGINS", "").split(",") if o]
NEW_COMPANIES = os.environ.get("JIYU_NEW_COMPANIES", "machine")
DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
