from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import Settings

from appointments.choices import Kind
from appointments.models import Appointment
from hosts.models import Host, Presence
from offices.current import forget_office
from tests.cast import make_appointment, make_host
from tests.services.counts import forget_counts

if TYPE_CHECKING:
    # pytest must load its plugins before any other code imports them.
    from tests.services.product import Product

# The names that script/test gives to its workers.
EVERY_TEST = {"sqlite", "postgres"}
ONCE = "once"

pytest_plugins = [
    "tests.services.mail",
    "tests.services.twilio",
    "tests.services.product",
    "tests.services.browser",
    "tests.services.redis",
    "tests.services.certificate",
    "tests.services.again",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run tests that do not depend on the database in a worker of their own."""
    place = os.environ.get("PYTEST_XDIST_WORKER")
    if place == ONCE or place in EVERY_TEST:
        elsewhere = {item for item in items if bool(item.get_closest_marker("once")) != (place == ONCE)}
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(autouse=True)
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets fields of the office, as in `office(name="Meridian House")`, and clears what an earlier test cached."""
    # How long a test takes must not decide how many queries it makes.
    monkeypatch.setattr("offices.current.REFRESH_SECONDS", 3600.0)
    forget_office()
    forget_counts()

    def set_up(**fields: object) -> None:
        settings.OFFICE_FIXED = {**settings.OFFICE_FIXED, **fields}
        forget_office()

    return set_up


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


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day later, when the workers of other tests' servers, which use the same database, do not count any more."""
    now = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: now() + timedelta(days=1))
