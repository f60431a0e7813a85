from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from django.core.cache import cache
from django.db import close_old_connections
from playwright.sync_api import Page

from appointments.models import Appointment, Role
from tests.chat import people
from tests.chat.people import Socket
from tests.chat.wire import wire
from tests.services.product import Product

Enter = Callable[..., Awaitable[Socket]]


@pytest.fixture(autouse=True)
def nobody_is_seated():
    """Seats outlive a test that breaks off."""
    cache.clear()


@pytest.fixture(autouse=True)
def connections_are_closed_as_in_production(monkeypatch):
    """While a test talks through Channels' communicator, no call closes its connection; with two of them at once, none
    ever does again. That is for tests within one transaction, which these are not.
    """
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)


@pytest_asyncio.fixture
async def enter(transactional_db) -> AsyncIterator[Enter]:
    """Lets people into the chat, and out of it at the end."""
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
    """The visitor's chat, on the screen at reception."""
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    return tablet


@pytest.fixture
def host_page(server: Product, remote: Appointment, phone: Page) -> Page:
    """The host's chat, on a phone."""
    phone.goto(remote.url(Role.HOST, "chat"))
    return phone


__all__ = ["wire"]
