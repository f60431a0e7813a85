"""The limits of a page or another client: each refusal has a sentence, and affects nobody else."""

import json
from uuid import uuid4

import pytest
from django.core.cache import cache

from appointments.choices import Role
from chat import limits, presence
from chat.models import Message
from tests.chat.people import socket


async def test_a_message_of_4000_characters_is_taken_and_one_more_is_refused_in_words(visitor):
    await visitor.send("é" * 4000)
    await visitor.hear("sent")

    ref = await visitor.send("é" * 4001)

    error = await visitor.hear("error")
    assert error == {
        "type": "error",
        "code": "too_long",
        "text": "The message is 1 character too long. Send it in parts.",
        "ref": ref,
    }


async def test_the_longest_message_fits_into_a_frame_in_any_script(visitor):
    await visitor.send("👩" * 4000)

    assert await visitor.hear("sent")


async def test_the_21st_message_in_ten_seconds_is_put_off_not_lost(visitor):
    for number in range(20):
        await visitor.send(str(number))

    ref = await visitor.send("one too many")

    error = await visitor.hear("error")
    assert (error["code"], error["ref"]) == ("too_fast", ref)
    assert 0 < error["retry_after"] <= 10
    assert await Message.objects.acount() == 20


async def test_a_frame_over_16_kib_is_refused(visitor):
    await visitor.say("typing", padding="x" * 16 * 1024)

    assert (await visitor.hear("error"))["code"] == "too_large"


async def test_a_seventh_socket_is_told_why_and_the_first_six_go_on(enter, remote):
    first = [await enter(remote, Role.VISITOR) for _ in range(limits.MAX_SOCKETS)]
    seventh = socket(Role.VISITOR, remote.visitor_token)
    assert await seventh.connect()

    assert (await seventh.hear("error"))["code"] == "too_many_sockets"
    assert await seventh.closed() == 4029
    await seventh.leave()
    await first[0].send("still here")
    assert await first[5].hear_text() == ["still here"]


async def test_a_closed_socket_frees_its_slot(enter, remote):
    first, *_ = [await enter(remote, Role.VISITOR) for _ in range(limits.MAX_SOCKETS)]
    await first.leave()

    assert await (await enter(remote, Role.VISITOR)).hear("presence")


async def test_a_flood_of_frames_closes_the_socket_and_not_the_other_sides(visitor, host_socket):
    for _ in range(limits.MAX_FRAMES + 1):
        await visitor.say("beat", after=0)

    assert (await visitor.hear("error"))["code"] == "too_many_frames"
    assert await visitor.closed() == 4008
    await host_socket.send("Are you there?")
    assert await host_socket.hear("sent")


MALFORMED = {
    "no JSON": "{",
    "deep nesting": "[" * 16_000,
    "a list": "[]",
    "a number": "1",
    "nothing": " ",
    "no type": "{}",
    "an unknown type": '{"type": "shout"}',
    "a type that is no text": '{"type": ["send"]}',
    "an internal handler": '{"type": "websocket_disconnect"}',
    "a group event": '{"type": "appointment.changed"}',
    "another group event": '{"type": "chat.message", "id": 1}',
    "no id": '{"type": "send", "text": "Hello"}',
    "an id that is no UUID": '{"type": "send", "ref": "1", "text": "Hello"}',
    "a number for an id": '{"type": "send", "ref": 1, "text": "Hello"}',
    "a text that is none": json.dumps({"type": "send", "ref": str(uuid4()), "text": {"$ne": 1}}),
    "a negative message id": '{"type": "beat", "after": -1}',
    "a message id past any database": '{"type": "beat", "after": 9223372036854775808}',
    "a number of 5,000 digits": '{"type": "beat", "after": ' + "9" * 5000 + "}",
    "a fraction": '{"type": "read", "upto": 1.5}',
    "true for a number": '{"type": "read", "upto": true}',
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_not_understood_is_answered_and_the_chat_goes_on(visitor, host_socket, frame):
    await visitor.say_raw(frame)

    assert (await visitor.hear("error"))["code"] == "misunderstood"
    await visitor.send("Good morning")
    assert await host_socket.hear_text() == ["Good morning"]


async def test_a_binary_frame_is_answered_and_the_chat_goes_on(visitor):
    await visitor.say_raw(data=b"\x00\xff")

    assert (await visitor.hear("error"))["code"] == "misunderstood"
    await visitor.send("Good morning")
    assert await visitor.hear("sent")


async def test_an_empty_message_is_refused(visitor):
    await visitor.send(" \n\u0000\t ")

    assert (await visitor.hear("error"))["code"] == "empty"


async def test_a_message_keeps_its_lines_and_loses_what_no_database_takes(visitor):
    await visitor.say_raw(json.dumps({"type": "send", "ref": str(uuid4()), "text": "a\u0000b\r\nc\ud800d"}))

    await visitor.hear("sent")
    assert (await Message.objects.aget()).text == "ab\ncd"


async def test_a_message_reaches_no_further_than_itself(visitor):
    await visitor.send("\u202eAnna \u2066Lee\u200b" + "\u0301" * 50 + "\nعلی\u200cرضا 👨\u200d👩\u200d👧")

    await visitor.hear("sent")
    assert (await Message.objects.aget()).text == "Anna Le\u00e9" + "\u0301" * 3 + "\nعلی\u200cرضا 👨\u200d👩\u200d👧"


async def test_nobody_can_send_before_joining(remote, transactional_db):
    outside = socket(Role.VISITOR, remote.visitor_token)
    await outside.connect()

    await outside.send("Hello")

    assert (await outside.hear("error"))["code"] == "not_joined"
    await outside.leave()


async def test_nobody_marks_as_read_what_they_were_not_sent(visitor, host_socket):
    await visitor.send("one")
    last = (await host_socket.hear("messages"))["messages"][-1]["id"]
    await visitor.hear("read")

    await host_socket.say("read", upto=last + 1000)

    assert (await visitor.hear("read"))["upto"] == last


async def test_the_pace_is_that_of_the_link_however_many_sockets_it_has(visitor, enter, remote):
    for number in range(19):
        await visitor.send(str(number))
        await visitor.hear("sent")
    await visitor.leave()
    back = await enter(remote, Role.VISITOR)
    await back.send("the twentieth")
    await back.hear("sent")

    ref = await back.send("one too many")

    error = await back.hear("error")
    assert (error["code"], error["ref"]) == ("too_fast", ref)
    assert 0 < error["retry_after"] <= 10


async def test_after_a_flood_who_connects_again_is_refused_until_the_time_is_over(visitor, enter, remote):
    for _ in range(limits.MAX_FRAMES + 1):
        await visitor.say("typing")
    assert await visitor.closed() == 4008
    await visitor.leave()

    again = await enter(remote, Role.VISITOR)
    assert await again.closed() == 4008
    await again.leave()
    cache.delete(f"chat-frames:{remote.pk}:visitor")
    later = await enter(remote, Role.VISITOR)

    assert await later.hear("presence")


def test_a_refused_page_does_not_make_the_time_longer(remote, monkeypatch):
    presence.keep_frames(remote.pk, Role.HOST, limits.MAX_FRAMES)
    stored: list[object] = []
    monkeypatch.setattr(cache, "set", lambda *value: stored.append(value))

    presence.keep_frames(remote.pk, Role.HOST, limits.MAX_FRAMES)

    assert stored == []
    assert presence.frames_before(remote.pk, Role.HOST) == limits.MAX_FRAMES


async def test_who_writes_too_much_is_told_before_and_at_the_end(visitor, host_socket, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CONVERSATION_MESSAGES", 10)
    assert (await host_socket.hear("room"))["room"] == "free"
    for number in range(9):
        await visitor.send(str(number))
        await visitor.hear("sent")

    await host_socket.say("beat", after=0)
    assert (await host_socket.hear("room"))["room"] == "nearly_full"
    await visitor.send("the last")
    await visitor.hear("sent")
    ref = await visitor.send("one too many")

    error = await visitor.hear("error")
    assert (error["code"], error["ref"]) == ("full", ref)
    assert await Message.objects.acount() == 10
    await host_socket.say("beat", after=0)
    assert (await host_socket.hear("room"))["room"] == "full"
