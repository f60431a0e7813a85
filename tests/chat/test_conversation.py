from uuid import uuid4

from asgiref.sync import sync_to_async

from appointments.choices import EndedBy, Role
from chat.models import Message
from notifications import claims
from notifications.results import Accepted


async def test_a_message_reaches_the_other_person(visitor, host_socket):
    await visitor.send("Good morning")

    assert await host_socket.hear_text() == ["Good morning"]


async def test_the_sender_is_told_that_a_message_is_stored(visitor):
    ref = await visitor.send("Good morning")

    sent = await visitor.hear("sent")
    stored = await Message.objects.aget()
    assert sent == {"type": "sent", "ref": ref, "id": stored.pk, "at": stored.created_at.isoformat()}


async def test_a_message_sent_again_is_stored_once_and_acknowledged_again(visitor):
    ref = await visitor.send("Good morning", str(uuid4()))
    first = await visitor.hear("sent")

    await visitor.send("Good morning", ref)

    assert await visitor.hear("sent") == first
    assert await Message.objects.acount() == 1


async def test_messages_wait_for_who_has_not_opened_the_chat(visitor, enter, remote):
    for text in ["one", "two", "three"]:
        await visitor.send(text)
        await visitor.hear("sent")

    late = await enter(remote, Role.HOST)

    assert await late.hear_text(3) == ["one", "two", "three"]


async def test_who_comes_back_gets_what_came_after_the_last_message_they_have(visitor, enter, remote):
    await visitor.send("one")
    first = await visitor.hear("sent")
    await visitor.send("two")

    back = await enter(remote, Role.HOST, after=first["id"])

    assert await back.hear_text() == ["two"]


async def test_reading_is_seen_by_the_other_person(visitor, host_socket):
    await visitor.send("Good morning")
    message = (await host_socket.hear("messages"))["messages"][0]
    await visitor.hear("read")

    await host_socket.say("read", upto=message["id"])

    assert await visitor.hear("read") == {"type": "read", "upto": message["id"]}


async def test_nobody_hears_of_their_own_reading(visitor, host_socket):
    await visitor.send("Good morning")
    message = (await host_socket.hear("messages"))["messages"][0]

    await host_socket.say("read", upto=message["id"])
    await visitor.hear("read")
    await visitor.say("typing")

    # On joining, a page hears how far the other person has read.
    while (frame := await host_socket.hear("read", "typing"))["type"] == "read":
        assert frame["upto"] < message["id"]


async def test_an_open_page_hears_what_became_of_telling_the_host(visitor, remote):
    notification = await remote.notifications.filter(audience="host").afirst()
    assert notification is not None
    held = await sync_to_async(claims.claim)(notification.pk)

    assert held is not None
    await sync_to_async(claims.settle)(held, Accepted("id-1"))

    assert await visitor.hear("changed")


async def test_typing_is_seen_by_the_other_person_only(visitor, host_socket):
    await visitor.say("typing")

    assert await host_socket.hear("typing")
    await visitor.send("Good morning")
    assert (await visitor.hear("typing", "sent"))["type"] == "sent"


async def test_coming_and_going_is_seen_with_the_place(host_socket, enter, remote):
    assert (await host_socket.hear("presence"))["place"] is None

    visitor = await enter(remote, Role.VISITOR, place="phone")
    assert (await host_socket.hear("presence"))["place"] == "phone"

    await visitor.leave()
    assert (await host_socket.hear("presence"))["online"] is False


async def test_the_end_is_told_to_both_at_once(visitor, host_socket, remote):
    await sync_to_async(remote.end)(EndedBy.HOST)

    assert (await visitor.hear("ended"))["at"] == remote.ended_at.isoformat()
    assert (await host_socket.hear("ended"))["at"] == remote.ended_at.isoformat()


async def test_nothing_can_be_sent_after_the_end(visitor, remote):
    await visitor.hear("presence")
    await sync_to_async(remote.end)(EndedBy.HOST)

    ref = await visitor.send("One more thing")

    error = await visitor.hear("error")
    assert (error["code"], error["ref"]) == ("ended", ref)
    assert not await Message.objects.aexists()


async def test_a_message_stored_before_the_end_is_still_acknowledged_when_it_is_sent_again(visitor, remote):
    ref = await visitor.send("Good morning")
    await visitor.hear("sent")
    await sync_to_async(remote.end)(EndedBy.HOST)

    await visitor.send("Good morning", ref)

    assert (await visitor.hear("sent", "error"))["type"] == "sent"
