"""Every setting of Visita, read from the environment. ``docs/settings.md`` explains each one.

Loud when wrong: a value that can't be read stops the start and names its variable. ``SECRET_KEY`` has no default;
without it commands that need no secret (``solve``, ``check``) still run, and what signs or serves refuses to.
"""

import logging
from pathlib import Path

from celery.schedules import schedule
from csp.constants import NONE, SELF
from environs import Env, validate

from dispatch.config.demo_secret import read_demo_secret
from dispatch.config.demo_zone import read_demo_zone
from dispatch.config.readers import read_hour_factors, read_speeds, read_zone

BASE_DIR = Path(__file__).resolve().parents[2]
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# --- the installation -------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
SECRET_KEY = env.str("SECRET_KEY", "") or (read_demo_secret(DATA_DIR) if DEMO else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
COMPANY_NAME = env.str("COMPANY_NAME", "Valdeluna Servicios" if DEMO else "Visita")
COMPANY_PHONE = env.str("COMPANY_PHONE", "+34 969 000 000" if DEMO else "")
HTTPS = env.bool("HTTPS", not (DEBUG or DEMO))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "leaflet",
    "rest_framework",
    "drf_spectacular",
    "maps",
    "scheduling",
    "dispatch",
    "dispatch.config.admin_site.VisitaAdminConfig",  # after dispatch, which has a template for it
    "mobile_api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dispatch.middleware.UserLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "dispatch.config.urls"
ASGI_APPLICATION = "dispatch.config.asgi.application"
WSGI_APPLICATION = "dispatch.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dispatch.context_processors.company",
            ]
        },
    }
]

# --- database -----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'visita.sqlite3'}")}
DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["OPTIONS"] |= {"connect_timeout": 5}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "scheduling.User"
AUTHENTICATION_BACKENDS = ["dispatch.sign_in_backend.GuardedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# --- languages and time ---------------------------------------------------------------------------------------------
LANGUAGES = [("es", "Español"), ("en", "English")]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "es", validate=validate.OneOf(["es", "en"]))
LOCALE_PATHS = [BASE_DIR / "dispatch" / "locale"]
TIME_ZONE = read_zone(env.str("TIME_ZONE", read_demo_zone(DATA_DIR) if DEMO else "Europe/Madrid"))
PHONE_REGION = env.str("PHONE_REGION", "ES")
USE_I18N = True
USE_TZ = True

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- work in the background -------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"socket_timeout": 5, "socket_connect_timeout": 5}
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker-control"),
        "polling_interval": 0.1,
    }
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "dispatch.tasks.beat_worker_heart", "schedule": schedule(10)},
    "runs": {"task": "scheduling.tasks.sweep_runs", "schedule": schedule(10)},
    "holds": {"task": "scheduling.tasks.sweep_holds", "schedule": schedule(30)},
    "shifts": {"task": "scheduling.tasks.extend_shifts", "schedule": schedule(3600)},
    "ledger": {"task": "scheduling.tasks.keep_ledger", "schedule": schedule(3600)},
    "notices": {"task": "dispatch.tasks.send_due_notices", "schedule": schedule(5)},
}
WORKER_SILENT_AFTER_S = env.int("WORKER_SILENT_AFTER_S", 45, validate=validate.Range(min=20))

# --- mail ---------------------------------------------------------------------------------------------------------
vars().update(
    {
        name: value
        for name, value in env.dj_email_url("EMAIL_URL", "smtp://localhost:25").items()
        if name.startswith(("EMAIL_", "DEFAULT_FROM"))
    }
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "visita@localhost")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20, validate=validate.Range(min=1))
ALLOW_PRIVATE_WEBHOOKS = env.bool("ALLOW_PRIVATE_WEBHOOKS", False)
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# --- planning -------------------------------------------------------------------------------------------------------
PLAN_TIME_LIMIT_S = env.int("PLAN_TIME_LIMIT_S", 20, validate=validate.Range(min=1, max=3600))
PLAN_THREADS = env.int("PLAN_THREADS", 0, validate=validate.Range(min=0, max=256))
HOLD_MINUTES = env.int("HOLD_MINUTES", 10, validate=validate.Range(min=1, max=120))
SLOT_HORIZON_DAYS = env.int("SLOT_HORIZON_DAYS", 7, validate=validate.Range(min=1, max=60))
LINK_DAYS_AFTER_VISIT = env.int("LINK_DAYS_AFTER_VISIT", 90, validate=validate.Range(min=1))

# --- maps ---------------------------------------------------------------------------------------------------------
MAPS_DETOUR_FACTOR = env.float("MAPS_DETOUR_FACTOR", 1.3, validate=validate.Range(min=1))
MAPS_SPEEDS = read_speeds(env.str("MAPS_SPEEDS", "2:22,8:32,25:50,1000:80"))
MAPS_HOUR_FACTORS = read_hour_factors(env.str("MAPS_HOUR_FACTORS", ""))
MAPS_TRAVEL_PROVIDERS = env.list(
    "MAPS_TRAVEL_PROVIDERS", ["maps.providers.grid.GridProvider", "maps.providers.estimate.EstimateProvider"]
)
MAPS_TILE_URL = env.str("MAPS_TILE_URL", "")
MAPS_TILE_ATTRIBUTION = env.str("MAPS_TILE_ATTRIBUTION", "")
GEOCODER = env.str("GEOCODER", "", validate=validate.OneOf(["", "nominatim", "photon", "pelias"]))
GEOCODER_URL = env.str("GEOCODER_URL", "")
GEOCODER_USER_AGENT = env.str("GEOCODER_USER_AGENT", "")
LEAFLET_CONFIG = {"TILES": [], "PLUGINS": {}, "RESET_VIEW": False, "NO_GLOBALS": False, "SCALE": None}

# --- security -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([MAPS_TILE_URL.split("{", 1)[0]] if MAPS_TILE_URL else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dispatch.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dispatch.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dispatch.problems.answer_problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Visita",
    "DESCRIPTION": "Cases in, visits out, and the technician's day.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"tokens": {"()": "dispatch.log_filters.TokenFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    # Those that bring handlers of their own would go round the filter.
    "loggers": {
        name: {"handlers": [], "propagate": True} for name in ("django", "uvicorn", "uvicorn.access", "celery")
    },
}
env.seal()
