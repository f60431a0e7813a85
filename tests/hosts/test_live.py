"""An open check-in page hears that the list of hosts may have changed."""

import asyncio

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import close_old_connections

from appointments.choices import EndedBy
from tests.cast import make_appointment, make_host
from tests.chat.people import ORIGIN, Socket
from tests.services.inbox import until


@pytest.fixture(autouse=True)
def rejoins(monkeypatch):
    """The pages of this process join the group again very soon."""
    monkeypatch.setattr("core.fanout.REJOIN_SECONDS", 0.05)


@pytest_asyncio.fixture
async def checkin(transactional_db, monkeypatch):
    """The socket of an open check-in page."""
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    socket = Socket("/ws/checkin/", [ORIGIN])
    assert await socket.connect()
    yield socket
    await socket.leave()


async def test_of_a_new_a_changed_and_a_deleted_host(checkin):
    host = await sync_to_async(make_host)()
    assert await checkin.hear("changed") == {"type": "changed"}

    await host.asave()
    assert await checkin.hear("changed")

    await host.adelete()
    assert await checkin.hear("changed")


async def test_of_an_appointment_that_starts_and_ends(checkin):
    host = await sync_to_async(make_host)()
    await checkin.hear("changed")

    appointment = await sync_to_async(make_appointment)(host)
    assert await checkin.hear("changed")

    await sync_to_async(appointment.end)(EndedBy.HOST)
    assert await checkin.hear("changed")


def test_a_transaction_that_changes_many_hosts_sends_one_hint(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hints:
        for name in ("Anika Rao", "Chen Wei", "Daniel Osei"):
            make_host(name=name)

    assert len(hints) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hint_that_cannot_be_sent_is_one_line_of_the_log(monkeypatch, caplog):
    class Broken:
        """A channel layer that is down."""

        async def group_send(self, group, message):
            raise ConnectionError

    monkeypatch.setattr("core.push.get_channel_layer", Broken)

    make_host()

    assert "Error calling push in on_commit()" in caplog.text


@pytest.mark.django_db(transaction=True)
async def test_no_page_waits_for_a_hint(monkeypatch):
    free, sent = asyncio.Event(), asyncio.Event()

    class Slow:
        """A channel layer that takes its time."""

        async def group_send(self, group, message):
            await free.wait()
            sent.set()

    monkeypatch.setattr("core.push.get_channel_layer", Slow)

    await sync_to_async(make_host)()
    free.set()

    await sent.wait()


@pytest.mark.django_db(transaction=True)
async def test_a_hint_that_could_not_be_sent_by_the_way_is_in_the_log(monkeypatch, caplog):
    class Broken:
        """A channel layer that is down."""

        async def group_send(self, group, message):
            raise ConnectionError

    monkeypatch.setattr("core.push.get_channel_layer", Broken)

    await sync_to_async(make_host)()

    assert await asyncio.to_thread(until, lambda: "A push was not sent" in caplog.text)


async def test_of_a_host_also_after_the_channel_layer_has_forgotten_who_joined(checkin):
    # As it does a day after somebody joined.
    groups = get_channel_layer().groups
    groups.clear()
    assert await asyncio.to_thread(until, lambda: groups)

    await sync_to_async(make_host)()

    assert await checkin.hear("changed")
