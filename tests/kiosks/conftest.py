from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.panel.conftest import manager, panel  # noqa: F401


@pytest.fixture
def front_desk(panel: Client) -> Client:  # noqa: F811
    """A device that an office manager has just added as a reception screen."""
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    return panel


@pytest.fixture
def at_screens(settings) -> None:
    """Check-in is limited to reception screens and to phones that scanned the poster."""
    settings.CHECK_IN = "screens"


@pytest.fixture
def it_is_later(monkeypatch) -> Callable[[timedelta], None]:
    """Advances the clock of the server by a time."""
    passed = timedelta()
    now, seconds = timezone.now, time.time

    def advance(by: timedelta) -> None:
        nonlocal passed
        passed += by
        monkeypatch.setattr(timezone, "now", lambda: now() + passed)
        # What signs cookies has a clock of its own.
        monkeypatch.setattr("django.core.signing.time.time", lambda: seconds() + passed.total_seconds())

    return advance
