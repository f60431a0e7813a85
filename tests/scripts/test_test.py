"""script/test, as a developer runs it."""

import os
import subprocess
import sys

import pytest

from tests.services.product import ROOT

pytestmark = pytest.mark.once


def test_services_that_were_named_and_do_not_answer_are_said_in_one_sentence():
    nowhere = {"TEST_DATABASE_URL": "postgres://127.0.0.1:1/entry", "TEST_REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, str(ROOT / "script" / "run_tests.py")]

    ended = subprocess.run(command, check=False, env={**os.environ, **nowhere}, capture_output=True, text=True)

    assert ended.returncode == 1
    assert ended.stderr == (
        "PostgreSQL and Redis cannot be reached: start what is missing, "
        "or correct TEST_DATABASE_URL and TEST_REDIS_URL.\n"
    )
