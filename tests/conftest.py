from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from appointments.models import Appointment, Kind
from hosts.models import Host, Presence
from tests.cast import make_appointment, make_host

if TYPE_CHECKING:
    # pytest wants to be the first to load its plugins.
    from tests.services.product import Product

# The names that script/test gives to the two places in which all other tests run.
PLACES = ["sqlite", "postgres"]

pytest_plugins = [
    "tests.services.mail",
    "tests.services.twilio",
    "tests.services.product",
    "tests.services.browser",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What has nothing to do with the database runs in one of the two places alone, half of it in each."""
    place = os.environ.get("PYTEST_XDIST_WORKER")
    if place in PLACES:
        elsewhere = {item for item in items if item.get_closest_marker("once") and place_of(item) != place}
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]


def place_of(item: pytest.Item) -> str:
    """Where a test runs that runs once: with the others of its module, which may share what takes long to set up."""
    return PLACES[crc32(item.path.name.encode()) % len(PLACES)]


@pytest.fixture(scope="session")
def base_url(running_product: Product) -> str:
    """Pages are opened by path, as in `page.goto("/")`."""
    return running_product.url


@pytest.fixture
def host(db) -> Host:
    """The host whom the visitor comes to see, in the office."""
    return make_host()


@pytest.fixture
def remote_host(db) -> Host:
    """A host who works remotely."""
    return make_host(name="Tomás Herrera", title="Product Design", presence=Presence.REMOTE)


@pytest.fixture
def in_person(host: Host) -> Appointment:
    """The visitor's in-person appointment with the host."""
    return make_appointment(host)


@pytest.fixture
def remote(remote_host: Host) -> Appointment:
    """The visitor's chat with the remote host."""
    return make_appointment(remote_host, kind=Kind.REMOTE)
