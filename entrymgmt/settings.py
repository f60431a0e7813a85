"""Django settings. Every value that an installation may change comes from the environment (see `environment.py`)."""

import hashlib
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from entrymgmt.environment import Environment, SettingError

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    _env = Environment(BASE_DIR)

    SECRET_KEY = _env.secret_key
    DEBUG = _env.flag("DEBUG", default=False)
    SITE_URL = _env.site_url
    ALLOWED_HOSTS = _env.allowed_hosts
    ORGANISATION_NAME = _env.text("ORGANISATION_NAME", "Our office")
    TIME_ZONE = _env.time_zone
    PHONE_REGION = _env.phone_region
    RECEPTION_PHONE = _env.reception_phone
    LINK_RETENTION_DAYS = _env.number("LINK_RETENTION_DAYS", 30, "days")
    CHAT_WAIT_SECONDS = _env.number("CHAT_WAIT_SECONDS", 120, "seconds")
    DATABASES = {"default": _env.database}
    REDIS_URL = _env.redis_url
    DEFAULT_FROM_EMAIL = _env.default_from_email
    TWILIO = _env.twilio
    vars().update(_env.email)
except SettingError as error:
    sys.exit(str(error))

INSTALLED_APPS = [
    "daphne",
    "entrymgmt.apps.HostPanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "huey.contrib.djhuey",
    "axes",
    "import_export",
    "notifications",
    "hosts",
    "appointments",
    "chat",
    "rollcall",
    "entrymgmt",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "entrymgmt.urls"
ASGI_APPLICATION = "entrymgmt.asgi.application"

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
                "entrymgmt.context_processors.site",
            ],
        },
    },
]

# In memory, a push reaches the sockets of one process; Redis carries it across processes. The pub/sub layer is the
# faster of the two Redis layers and keeps no idle-socket time-out. The prefix keeps installations that share a Redis
# apart.
_PREFIX = "entry-" + hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:12]
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": _PREFIX},
        }
        if REDIS_URL
        else {"BACKEND": "entrymgmt.layers.MemoryLayer"}
    )
}
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": _PREFIX,
        }
        if REDIS_URL
        # Each open socket has an entry: at the default of 300 entries people would drop out of sight.
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    )
}

# The queue only carries ids and may lose them: the outbox in the main database is the truth. It stays in a file of its
# own, which never locks the main database and never waits for the disk. Results would pile up for ever: none are kept.
HUEY = {
    "huey_class": "huey.RedisHuey" if REDIS_URL else "huey.SqliteHuey",
    "name": _PREFIX,
    "results": False,
    "immediate": False,
    "connection": {"url": REDIS_URL} if REDIS_URL else {"filename": str(BASE_DIR / "queue.sqlite3"), "fsync": False},
    # Eight threads, since providers are slow; each looks at an idle SQLite queue twice a second. A worker that
    # is asked to stop (SIGTERM) finishes what it is sending.
    "consumer": {
        "workers": 8,
        "worker_type": "thread",
        "max_delay": 0.5,
        "graceful_signal": "TERM",
        "shutdown_timeout": 30,
    },
}

# How people are told: each name is a class of `notifications.channels.Channel`.
NOTIFICATION_CHANNELS = {
    "email": "notifications.email.channel.Email",
    "sms": "notifications.sms.twilio.TwilioSms" if TWILIO else "notifications.sms.console.ConsoleSms",
}
# Seconds to wait for each answer of the mail server.
EMAIL_TIMEOUT = 10

# Five wrong passwords for one name from one address close the login to that pair for a quarter of an hour. The address
# is the one that Daphne reports: behind a proxy it is told by --proxy-headers.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
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
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "entry_session"
CSRF_COOKIE_NAME = "entry_csrf"
CSRF_FAILURE_VIEW = "appointments.views.csrf_failure"

if SITE_URL.startswith("https:"):
    SECURE_SSL_REDIRECT = True
    # A load balancer asks for these over plain http, from inside.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A line for each task would drown the messages that go to the console.
        "huey": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "huey.consumer": {"level": "INFO"},
        "huey.consumer.Scheduler": {"level": "WARNING"},
    },
}
