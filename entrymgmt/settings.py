"""Django settings. Every value that an installation may change comes from the environment (see `environment.py`)."""

import hashlib
import sys
from pathlib import Path

from csp.constants import NONE, SELF

from core.cookies import HOST_PREFIX
from entrymgmt.environment import Environment, SettingError
from entrymgmt.pushes import redis_layer

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    _env = Environment(BASE_DIR)

    SECRET_KEY = _env.secret_key
    SECRET_KEY_FALLBACKS = _env.secret_key_fallbacks
    DEBUG = _env.debug
    SITE_URL = _env.site_url
    _hsts = _env.hsts
    ALLOWED_HOSTS = _env.allowed_hosts
    TRUSTED_PROXIES = _env.trusted_proxies
    METRICS_ALLOW = _env.metrics_allow
    # Where visitors may check in (`kiosks/access.py`).
    CHECK_IN = _env.check_in
    SECOND_FACTOR_REQUIRED = _env.second_factor_required
    # The office settings that the environment fixes; read the office with `offices.current`.
    OFFICE_FIXED = _env.office
    OFFICE_VARIABLES = _env.office_variables
    # The time zone of log lines; pages, messages and days use the office's time zone.
    TIME_ZONE = _env.time_zone
    DATABASES = {"default": _env.database}
    REDIS_URL = _env.redis_url
    DEFAULT_FROM_EMAIL = _env.default_from_email
    TWILIO = _env.twilio
    vars().update(_env.email)
except SettingError as error:
    sys.exit(str(error))

INSTALLED_APPS = [
    "daphne",
    "panel.apps.HostPanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "csp",
    "huey.contrib.djhuey",
    "core",
    "offices",
    "limits",
    "notifications",
    "accounts",
    "hosts",
    "kiosks",
    "appointments",
    "chat",
    "rollcall",
    "panel",
    "entrymgmt",
]

MIDDLEWARE = [
    "entrymgmt.headers.HeadersMiddleware",
    # Before what answers by itself, so that these answers have their headers, too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "offices.middleware.OfficeTimeZoneMiddleware",
    "kiosks.middleware.KioskMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "panel.gate.GateMiddleware",
]

ROOT_URLCONF = "entrymgmt.urls"
ASGI_APPLICATION = "entrymgmt.asgi.application"
SOCKET_URLCONF = "entrymgmt.routing"

# The widgets of forms come from `templates/` too, and from `django.forms`.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "offices.context_processors.office",
            ],
            "libraries": {"i18n": "core.words"},
        },
    },
]

# The in-memory layer reaches only the sockets of one process; Redis delivers pushes across processes. The pub/sub
# layer is the faster of the two Redis layers and has no idle-socket time-out. The prefix separates installations that
# share a Redis server. While a key is being changed it is that of the oldest key, so that processes before and after
# their restart share the queue, the cache and the pushes.
_PREFIX = "entry-" + hashlib.sha256([SECRET_KEY, *SECRET_KEY_FALLBACKS][-1].encode()).hexdigest()[:12]
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    "default": (redis_layer(REDIS_URL, _PREFIX) if REDIS_URL else {"BACKEND": "entrymgmt.layers.MemoryLayer"})
}
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": _PREFIX,
        }
        if REDIS_URL
        # Each open socket has an entry. With the default limit of 300, entries are evicted and people appear offline.
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    )
}

# Several threads, because providers are slow.
WORKER_THREADS = 8
# The queue contains only ids and may lose them: the outbox in the main database is the source of truth. The queue has
# its own file, so that it never locks the main database, and it does not wait for the disk (no fsync). Results are not
# stored, because nothing would delete them.
HUEY = {
    "huey_class": "huey.RedisHuey" if REDIS_URL else "huey.SqliteHuey",
    "name": _PREFIX,
    "results": False,
    "immediate": False,
    "connection": {"url": REDIS_URL} if REDIS_URL else {"filename": str(_env.queue_file), "fsync": False},
    # Each thread polls an idle SQLite queue twice a second. On SIGTERM a worker finishes the messages that it has taken
    # (graceful shutdown).
    "consumer": {
        "workers": WORKER_THREADS,
        "worker_type": "thread",
        "max_delay": 0.5,
        "graceful_signal": "TERM",
        "shutdown_timeout": 30,
    },
}

# The notification channels: each is a subclass of `notifications.channels.Channel`.
NOTIFICATION_CHANNELS = [
    "notifications.email.channel.Email",
    "notifications.sms.twilio.TwilioSms" if TWILIO else "notifications.sms.console.ConsoleSms",
]
# Seconds to wait for each response of the mail server.
EMAIL_TIMEOUT = 10

# A link for a new password, sent by email, is good for half an hour.
PASSWORD_RESET_TIMEOUT = 30 * 60

# Where a login leads that was to lead to another site.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["entrymgmt.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "entrymgmt.storage.StaticStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# `accounts.sessions` ends a session sooner, and after this time even when it is used.
SESSION_COOKIE_AGE = 12 * 60 * 60
_COOKIE_PREFIX = HOST_PREFIX if SITE_URL.startswith("https:") else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}entry_session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}entry_csrf"
# Scripts take the token from the form that they send.
CSRF_COOKIE_HTTPONLY = True
# Messages name people; by default they would travel in a cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "entrymgmt.errors.csrf_failure"

# `core.words` takes the place of Django's library `i18n` on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

if SITE_URL.startswith("https:"):
    SECURE_SSL_REDIRECT = True
    # A load balancer requests these over plain http from the internal network.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^statusz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = _hsts in {"subdomains", "preload"}
    SECURE_HSTS_PRELOAD = _hsts == "preload"
    # These two ask for more than this host. Browsers would refuse http for a whole domain, for a year, also where other
    # programs of the office need it: who runs the domain decides, by HSTS.
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING_CONFIG = "entrymgmt.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # One line for each task would hide the messages that are printed on the console.
        "huey": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Twilio's client writes ten lines for each text.
        "twilio": {"level": "WARNING"},
        # It names each passkey that is used.
        "fido2": {"level": "WARNING"},
        "huey.consumer": {"level": "INFO"},
        "huey.consumer.Scheduler": {"level": "WARNING"},
    },
}
