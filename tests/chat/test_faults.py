"""Lost, late and failing pushes, and sockets that stop responding."""

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from appointments import live
from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from chat import limits, presence
from chat.models import Message
from tests.chat.people import Socket


@pytest.fixture
def quick(monkeypatch):
    """A heartbeat every 0.1 s, no rate limit, and enough unanswered heartbeats for a slow machine."""
    monkeypatch.setattr(limits, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(limits, "MAX_UNANSWERED_BEATS", 1000)
    monkeypatch.setattr(limits, "MAX_MESSAGES", 1000)
    monkeypatch.setattr(limits, "MAX_FRAMES", 100_000)


@pytest.fixture
def layer(settings):
    """Chooses the channel layer of this test by the name of its class."""

    def use(name: str) -> None:
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"tests.chat.layers.{name}"}}

    return use


async def collect(person: Socket, count: int) -> list[tuple[int, str]]:
    """The messages that a page shows: it answers every heartbeat with its last message, and skips duplicates."""
    shown: list[tuple[int, str]] = []
    while len(shown) < count:
        frame = await person.hear("messages", "beat")
        last = shown[-1][0] if shown else 0
        if frame["type"] == "beat":
            await person.say("beat", after=last)
        else:
            shown += [(message["id"], message["text"]) for message in frame["messages"] if message["id"] > last]
    return shown


async def test_a_thousand_messages_survive_a_layer_that_loses_a_third_and_delays_a_third(quick, layer, enter, remote):
    layer("LossyLayer")
    visitor, host = await enter(remote, Role.VISITOR), await enter(remote, Role.HOST)

    async def write(person: Socket, name: str) -> None:
        for number in range(500):
            await person.send(f"{name} {number}")
            await asyncio.sleep(0)

    _, _, seen_by_visitor, seen_by_host = await asyncio.gather(
        write(visitor, "visitor"), write(host, "host"), collect(visitor, 1000), collect(host, 1000)
    )

    assert seen_by_visitor == seen_by_host
    texts = [text for _, text in seen_by_host]
    for name in ("visitor", "host"):
        assert [text for text in texts if text.startswith(name)] == [f"{name} {number}" for number in range(500)]


async def test_a_page_that_only_receives_gets_everything_in_order_over_that_layer(quick, layer, enter, remote):
    layer("LossyLayer")
    visitor, host = await enter(remote, Role.VISITOR), await enter(remote, Role.HOST)

    async def write() -> None:
        for number in range(100):
            await visitor.send(str(number))
            await visitor.hear("sent")

    heard, _ = await asyncio.wait_for(asyncio.gather(collect(host, 100), write()), timeout=60)

    assert [text for _, text in heard] == [str(number) for number in range(100)]


async def test_a_heartbeat_makes_a_page_catch_up_after_a_lost_push(quick, layer, enter, remote):
    layer("SilentLayer")
    visitor, host = await enter(remote, Role.VISITOR), await enter(remote, Role.HOST)
    await host.hear("read")

    await visitor.send("Good morning")

    assert [text for _, text in await collect(host, 1)] == ["Good morning"]


async def test_a_heartbeat_reports_the_end_when_its_push_is_lost(quick, layer, enter, remote):
    layer("SilentLayer")
    visitor = await enter(remote, Role.VISITOR)
    await visitor.hear("read")
    await sync_to_async(remote.end)(EndedBy.MANAGER)

    await visitor.hear("beat")
    await visitor.say("beat", after=0)

    assert await visitor.hear("ended")


def test_a_beat_repairs_within_ten_seconds_and_finds_the_dead_within_thirty():
    assert limits.BEAT_SECONDS < 10
    assert limits.BEAT_SECONDS * (limits.MAX_UNANSWERED_BEATS + 1) < 30
    assert limits.BEAT_SECONDS * 2 < presence._LIFETIME_SECONDS < 30


async def test_a_message_is_stored_and_acknowledged_while_pushes_fail(layer, enter, remote):
    layer("BrokenLayer")
    visitor = await enter(remote, Role.VISITOR)

    await visitor.send("Good morning")

    assert await visitor.hear("sent")
    assert await Message.objects.acount() == 1


async def test_a_socket_that_answers_no_heartbeat_is_closed_and_its_person_shown_offline(
    quick, monkeypatch, enter, remote
):
    host = await enter(remote, Role.HOST)
    visitor = await enter(remote, Role.VISITOR)
    monkeypatch.setattr(limits, "MAX_UNANSWERED_BEATS", 10)
    while not (await host.hear("presence"))["online"]:
        pass

    async def stay() -> None:
        while (await host.hear("beat", "presence"))["type"] == "beat":
            await host.say("beat", after=0)

    staying = asyncio.create_task(stay())
    assert await visitor.closed() == 4000
    await visitor.leave()

    await asyncio.wait_for(staying, timeout=5)


async def test_an_unknown_event_of_the_group_closes_nobody(visitor, host_socket, remote):
    layer = get_channel_layer()
    assert layer
    await layer.group_send(live.group(remote.pk), {"type": "something.new"})
    await visitor.send("Good morning")

    assert await host_socket.hear_text() == ["Good morning"]


async def test_ids_grow_in_the_order_in_which_messages_can_be_seen(quick, transactional_db, remote: Appointment):
    writers = 8
    seen: list[int] = []
    writing = True

    def write(number: int) -> None:
        for _ in range(25):
            role = Role.VISITOR if number % 2 else Role.HOST
            Message.objects.post(appointment_id=remote.pk, sender=role, client_id=uuid4(), text="one more")

    def watch() -> None:
        while writing or Message.objects.after(seen[-1] if seen else 0).exists():
            seen.extend(Message.objects.after(seen[-1] if seen else 0).values_list("pk", flat=True))

    watching = asyncio.create_task(database_sync_to_async(watch, thread_sensitive=False)())
    try:
        await asyncio.gather(*[database_sync_to_async(write, thread_sensitive=False)(n) for n in range(writers)])
    finally:
        writing = False
        await watching

    assert len(seen) == len(set(seen)) == writers * 25 == await Message.objects.acount()
