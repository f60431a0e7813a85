from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from hosts.models import Host
from kiosks.cookie import NAME as COOKIE
from tests.front.test_checkin_page import choose, fill
from tests.panel.conftest import manager, panel, sign_in  # noqa: F401


@pytest.fixture
def front_desk(panel: Client) -> Client:  # noqa: F811
    """A device that an office manager has just added as a reception screen."""
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    return panel


@pytest.fixture
def screen(page: Page, server, front_desk: Client) -> Page:
    """The device at the front desk, with a clock that the test advances."""
    page.context.add_cookies([{"name": COOKIE, "value": front_desk.cookies[COOKIE].value, "url": server.url}])
    page.clock.install()
    return page


@pytest.fixture
def checked_in(screen: Page, host: Host) -> Page:
    """A visitor has just checked in on it."""
    screen.goto("/")
    choose(screen, "Anika Rao")
    fill(screen)
    screen.get_by_role("button", name="Start appointment").click()
    expect(screen.get_by_role("heading", name="You’re checked in")).to_be_visible()
    return screen
