"""The tests: one anonymous company in a throw-away database, SQLite or (JIYU_TEST_DATABASE=postgresql) PostgreSQL."""

from __future__ import annotations

import os
import tempfile

from jiyu.config.settings.base import *  # noqa: F403
from jiyu.core.company import postgresql_settings, sqlite_settings

SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing that matters
DEBUG = False
ALLOWED_HOSTS = ["*"]
FOLDER = tempfile.TemporaryDirectory(prefix="jiyu-test-")  # gone when the process ends
os.environ.setdefault("JIYU_HOME", FOLDER.name)

POSTGRES_URL = os.environ.get("JIYU_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
if os.environ.get("JIYU_TEST_DATABASE") == "postgresql":
    DATABASES = {"default": postgresql_settings(POSTGRES_URL)}
else:
    DATABASES = {"default": sqlite_settings(os.path.join(FOLDER.name, "unused.sqlite3"))}
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
