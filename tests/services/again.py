"""Makes `--last-failed` also rerun tests that failed on only one of the two databases.

pytest forgets the failure of a test as soon as it passes, and here each test runs twice under one name.
"""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if remembered := config.pluginmanager.get_plugin("lfplugin"):
        config.pluginmanager.register(Failures(remembered.lastfailed))


class Failures:
    """Keeps the failed tests of this run among those that `--last-failed` runs."""

    def __init__(self, last_failed: dict[str, bool]) -> None:
        self._last_failed = last_failed
        self._failed: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Runs after pytest has recorded the outcome."""
        if report.failed:
            self._failed.add(report.nodeid)
        if report.nodeid in self._failed:
            self._last_failed[report.nodeid] = True
