"""A pytest plugin for `script/mutation`: only tests that need nothing but this process, on a database of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

# What starts processes of the product, or a browser.
SLOW = {"running_product", "start_web", "crowd", "browser"}


def pytest_configure(config: pytest.Config) -> None:
    """Give this process a copy of a database that is ready, since each mutant is tested in a fork of its own."""
    ready = Path(os.environ["READY_DATABASE"])
    own = ready.with_name(f"{os.getpid()}.sqlite3")

    def copied(*args: Any, **kwargs: Any) -> str:
        shutil.copyfile(ready, own)
        connection.close()
        connection.settings_dict["NAME"] = str(own)
        return str(own)

    connection.creation.create_test_db = copied  # type: ignore[method-assign]

    def take_away() -> None:
        connection.close()
        own.unlink(missing_ok=True)

    config.add_cleanup(take_away)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow ones."""
    slow = [item for item in items if SLOW.intersection(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]
    for item in items:
        # mutmut 3.8 asks for it by the name that it had in earlier versions of pytest.
        item._nodeid = item.nodeid  # type: ignore[attr-defined]
