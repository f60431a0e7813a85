from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from django.core.cache import cache
from django.db import close_old_connections
from playwright.sync_api import Page

from appointments.choices import Role
from appointments.models import Appointment
from tests.chat import people
from tests.chat.people import Socket
from tests.chat.wire import wire
from tests.panel.conftest import desk, manager, panel, receptionist, sign_in
from tests.services.browser import show_up
from tests.services.product import Product

Enter = Callable[..., Awaitable[Socket]]


@pytest.fixture(autouse=True)
def nobody_is_present():
    """Clear the presence slots, which remain after an interrupted test."""
    cache.clear()


@pytest.fixture(autouse=True)
def connections_are_closed_as_in_production(monkeypatch):
    """Undo Channels' patch for tests: while a communicator is open, no call closes its database connection, and with
    two at once, none ever does again. The patch is for tests within one transaction, which these are not.
    """
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)


@pytest_asyncio.fixture
async def enter(transactional_db) -> AsyncIterator[Enter]:
    """Connects people to the chat, and disconnects them at the end."""
    entered: list[Socket] = []

    async def enter(appointment: Appointment, role: Role, **options) -> Socket:
        entered.append(await people.enter(appointment, role, **options))
        return entered[-1]

    yield enter
    for person in entered:
        await person.leave()


@pytest_asyncio.fixture
async def visitor(enter: Enter, remote: Appointment) -> Socket:
    """The visitor, in the chat."""
    return await enter(remote, Role.VISITOR)


@pytest_asyncio.fixture
async def host_socket(enter: Enter, remote: Appointment) -> Socket:
    """The host, in the chat."""
    return await enter(remote, Role.HOST)


@pytest.fixture
def visitor_page(server: Product, remote: Appointment, tablet: Page) -> Page:
    """The visitor, at their chat on the screen at reception."""
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    show_up(tablet)
    return tablet


@pytest.fixture
def host_page(server: Product, remote: Appointment, phone: Page) -> Page:
    """The host, at their chat on a phone."""
    phone.goto(remote.url(Role.HOST, "chat"))
    show_up(phone)
    return phone


__all__ = ["desk", "manager", "panel", "receptionist", "sign_in", "wire"]
