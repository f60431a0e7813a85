"""Runs pytest with every available service: each test on SQLite, and again on PostgreSQL and Redis.

With `--coverage` it also measures the code coverage of the tests, in all the processes that they start. A second run of
failed tests (`--last-failed`) adds to the earlier measurement.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services import chromium  # noqa: E402

# The default addresses of Debian's packages and the usual container images.
DATABASE_URL = "postgres://postgres@127.0.0.1:5432/entry"
REDIS_URL = "redis://127.0.0.1:6379/0"
WAIT_SECONDS = 5

# Three pytest workers: two that run every test, and one that takes from them, on SQLite, what need run only once.
# tests/settings.py and tests/conftest.py use their names.
PLACES = [argument for name in ("sqlite", "postgres", "once") for argument in ("--tx", f"popen//id={name}")]
EACH = ["--dist", "each", *PLACES, "--max-worker-restart", "0"]
SQLITE_ALONE = ["--numprocesses", "2"]


def main() -> None:
    """Replace this process by pytest, with the arguments given to this one."""
    os.chdir(ROOT)
    arguments = [argument for argument in sys.argv[1:] if argument != "--coverage"]
    is_measured = len(arguments) < len(sys.argv[1:])
    in_ci = bool(os.environ.get("CI"))
    missing = missing_services()
    if missing:
        given = {"TEST_DATABASE_URL", "TEST_REDIS_URL"} & os.environ.keys()
        sentence = f"{' and '.join(missing)} cannot be reached"
        if in_ci or given:
            sys.exit(f"{sentence}: start what is missing, or correct TEST_DATABASE_URL and TEST_REDIS_URL.")
        print(f"{sentence}, so the tests run on SQLite alone; TEST_DATABASE_URL and TEST_REDIS_URL say where to look.")
    if not chromium.find() and not in_ci:
        print("No Chromium or Chrome here: asking Playwright for one.", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    sys.stdout.flush()
    if is_measured and "--last-failed" not in arguments:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], check=True)
    measuring = ["-m", "coverage", "run"] if is_measured else []
    places = SQLITE_ALONE if missing else EACH
    os.execv(sys.executable, [sys.executable, *measuring, "-m", "pytest", *places, *arguments])


def missing_services() -> list[str]:
    """The services that do not respond at TEST_DATABASE_URL and TEST_REDIS_URL (default: usual ports); sets both."""
    missing = []
    url = os.environ.get("TEST_DATABASE_URL", DATABASE_URL)
    try:
        # The tests create a separate database next to the named one.
        psycopg.connect(url, dbname="postgres", connect_timeout=WAIT_SECONDS).close()
    except psycopg.OperationalError:
        missing.append("PostgreSQL")
    redis_url = os.environ.get("TEST_REDIS_URL", REDIS_URL)
    try:
        with redis.Redis.from_url(redis_url, socket_connect_timeout=WAIT_SECONDS) as client:
            client.ping()
    except redis.RedisError:
        missing.append("Redis")
    if not missing:
        os.environ.update(TEST_DATABASE_URL=url, TEST_REDIS_URL=redis_url)
    return missing


if __name__ == "__main__":
    main()
