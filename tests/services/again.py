"""What pytest does not expect of a run in which each worker has tests of its own.

It forgets the failure of a test as soon as that passes, and here each test runs on two databases under one name: so
`--last-failed` would not run again what failed on only one of them. And it ends as if there had been no test when the
worker that was last to collect had none.
"""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Ran())
    if remembered := config.pluginmanager.get_plugin("lfplugin"):
        config.pluginmanager.register(Failures(remembered.lastfailed))


class Ran:
    """Ends a run well in which tests of any worker have run, and all have passed."""

    def __init__(self) -> None:
        self._has_run = False

    def pytest_runtest_logreport(self) -> None:
        """A test has run."""
        self._has_run = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int | pytest.ExitCode) -> None:
        """Decides the exit code after pytest has."""
        if self._has_run and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK


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
