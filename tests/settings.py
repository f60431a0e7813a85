"""The product's own settings, on a database of the tests' own. DATABASE_URL and REDIS_URL choose what they run on."""

import os
import secrets

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("ORGANISATION_NAME", "Meridian House")
os.environ.setdefault("PHONE_REGION", "IN")
os.environ.setdefault("TIME_ZONE", "Asia/Kolkata")
os.environ.setdefault("RECEPTION_PHONE", "+918055500100")

from entrymgmt.settings import *  # noqa: F403
from entrymgmt.settings import BASE_DIR, DATABASES, STORAGES

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, since threads and processes share it; never the development one.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Served from where they are written: nothing has to be collected before a test.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
