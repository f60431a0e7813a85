"""script/test, as a developer runs it."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

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


def test_every_app_of_the_product_is_measured():
    folders = [Path(app.path) for app in apps.get_app_configs()]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]

    assert {folder.name for folder in folders if folder.parent == ROOT} == set(settings["run"]["source_pkgs"])
