"""What holds everywhere. No secret, no database: those come from `runtime` or `test`."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "jiyu.core",
    "jiyu.ui",
    "jiyu.people",
    "jiyu.studio",
    "jiyu.sources",
    "jiyu.metrics",
    "jiyu.goals",
    "jiyu.reviews",
    "jiyu.home",
]

MIDDLEWARE = [
    "jiyu.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "jiyu.core.middleware.CompanySessionMiddleware",
    "jiyu.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jiyu.core.middleware.CompanyCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jiyu.people.access.ActorMiddleware",
    "jiyu.core.middleware.ErrorPageMiddleware",
    "jiyu.core.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "jiyu.config.urls"
WSGI_APPLICATION = "jiyu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "jiyu.ui.context.page",
            ],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
SESSION_COOKIE_NAME = "jiyu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "jiyu_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jiyu.home.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = 200 * 1024 * 1024

NEW_COMPANIES = "machine"  # who may make a company on the start page: machine (whoever sits at it) | anybody | nobody

TASKS = {"default": {"BACKEND": "jiyu.core.jobs.backend.LeaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "jiyu.core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
