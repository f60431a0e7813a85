"""Runs pytest over everything that can be had here: every test on SQLite, and again on PostgreSQL and Redis."""

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

# Where Debian's packages and the usual container images listen.
DATABASE_URL = "postgres://postgres@127.0.0.1:5432/entry"
REDIS_URL = "redis://127.0.0.1:6379/0"
WAIT_SECONDS = 5

# Two pytest workers, each of which runs every test; tests/settings.py goes by their names.
BOTH = ["--dist", "each", "--tx", "popen//id=sqlite", "--tx", "popen//id=postgres", "--max-worker-restart", "0"]
SQLITE_ALONE = ["--numprocesses", "2"]


def main() -> None:
    """Replace this process by pytest, with the arguments given to this one."""
    os.chdir(ROOT)
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
    places = SQLITE_ALONE if missing else BOTH
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *places, *sys.argv[1:]])


def missing_services() -> list[str]:
    """What does not answer at TEST_DATABASE_URL and TEST_REDIS_URL, or at the usual ports; sets both variables."""
    missing = []
    url = os.environ.get("TEST_DATABASE_URL", DATABASE_URL)
    try:
        # The tests make a database of their own beside the one named.
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
