from __future__ import annotations

import pytest

from appointments.models import Appointment, Kind
from hosts.models import Host, Presence
from tests.cast import make_appointment, make_host


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
