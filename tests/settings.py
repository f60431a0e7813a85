"""The product's settings, on a separate test database. DATABASE_URL and REDIS_URL choose the services.

Without these, a pytest worker named `postgres` runs on TEST_DATABASE_URL and TEST_REDIS_URL (see
`script/run_tests.py`), and any other on SQLite and in memory.

The processes that the tests start have the same settings: all differences between runs and between the workers of one
run depend on TEST_FOLDER, TEST_SECRET and PYTEST_XDIST_WORKER, which they inherit.
"""

import atexit
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

# A developer's .env must not change the tests: settings that the environment does not give have their defaults.
for _name in re.findall(r"^#?([A-Z_]+)=", (Path(__file__).parents[1] / ".env.example").read_text(), re.MULTILINE):
    os.environ.setdefault(_name, "")

if "TEST_FOLDER" not in os.environ:
    os.environ["TEST_FOLDER"] = tempfile.mkdtemp(prefix="entry-tests-")
    os.environ["TEST_SECRET"] = secrets.token_urlsafe(50)
    atexit.register(shutil.rmtree, os.environ["TEST_FOLDER"], ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_folder = Path(os.environ["TEST_FOLDER"])

if _worker == "postgres":
    for _name in ("DATABASE_URL", "REDIS_URL"):
        os.environ[_name] = os.environ[_name] or os.environ[f"TEST_{_name}"]

os.environ["SECRET_KEY"] = os.environ["TEST_SECRET"] + _worker
# In a process with an empty TEST_OFFICE, the environment fixes no setting of the office.
if os.environ.setdefault("TEST_OFFICE", "Meridian House"):
    os.environ["ORGANISATION_NAME"] = os.environ["TEST_OFFICE"]
    os.environ["PHONE_REGION"] = "IN"
    # Visitors of the tests have numbers of other countries, too.
    os.environ["SMS_REGIONS"] = "*"
    os.environ["TIME_ZONE"] = "Asia/Kolkata"
    os.environ["RECEPTION_PHONE"] = "+918055500100"
else:
    for _name in (
        "ORGANISATION_NAME",
        "PHONE_REGION",
        "SMS_REGIONS",
        "TIME_ZONE",
        "RECEPTION_PHONE",
        "RECEPTION_EMAIL",
    ):
        os.environ[_name] = ""

from entrymgmt.settings import *  # noqa: E402, F403
from entrymgmt.settings import DATABASES, HUEY, REDIS_URL, STORAGES  # noqa: E402

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, because threads and processes share it; never the development database.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
if not REDIS_URL:
    HUEY["connection"] = {"fsync": False, "filename": str(_folder / f"queue{_worker}.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Static files are served from their source folder, so that nothing has to be collected before a test.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

if "PSEUDO_LOCALE" in os.environ:
    # The pseudo-locale of script/pseudo_locale.py.
    LANGUAGE_CODE = "en-xa"
    LANGUAGES = [(LANGUAGE_CODE, "Nobody’s")]
    LANGUAGES_BIDI = [LANGUAGE_CODE] if os.environ.get("PSEUDO_DIRECTION") == "rtl" else []
    LOCALE_PATHS = [os.environ["PSEUDO_LOCALE"]]
