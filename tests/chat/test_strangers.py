"""A conversation can be reached only with its two links."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Role
from appointments.models import Appointment
from tests.cast import make_appointment, make_host
from tests.chat.people import ORIGIN, socket
from tests.services.product import let_the_worker_rest


async def taken(role: Role, token: str, headers: list[tuple[bytes, bytes]] | None = None) -> bool:
    """Whether the server accepts this connection."""
    person = socket(role, token, headers)
    try:
        return await person.connect()
    finally:
        await person.leave()


@pytest.mark.parametrize("token", ["A" * 22, "A", "-" * 300])
async def test_a_wrong_token_is_refused(transactional_db, token):
    assert not await taken(Role.VISITOR, token)


async def test_each_token_opens_its_own_side_only(transactional_db, remote):
    assert await taken(Role.VISITOR, remote.visitor_token)
    assert not await taken(Role.HOST, remote.visitor_token)
    assert not await taken(Role.VISITOR, remote.host_token)


async def test_the_other_sides_token_is_refused_after_the_end_too(transactional_db, remote):
    await sync_to_async(remote.end)(EndedBy.VISITOR)

    assert await taken(Role.VISITOR, remote.visitor_token)
    assert not await taken(Role.VISITOR, remote.host_token)


async def test_an_expired_link_is_refused(transactional_db, remote):
    ago = timezone.now() - timedelta(days=60)
    await Appointment.objects.aupdate(started_at=ago, ended_at=ago, ended_by=EndedBy.HOST)

    assert not await taken(Role.HOST, remote.host_token)


async def test_a_foreign_origin_is_refused(transactional_db, remote):
    assert not await taken(Role.VISITOR, remote.visitor_token, [(b"origin", b"https://evil.example")])


async def test_no_origin_is_refused(transactional_db, remote):
    assert not await taken(Role.VISITOR, remote.visitor_token, [])


async def test_a_page_that_has_not_joined_gets_hints_and_no_messages(visitor, remote):
    outside = socket(Role.HOST, remote.host_token, [ORIGIN])
    await outside.connect()

    await visitor.send("In confidence")
    await visitor.hear("sent")

    assert await outside.hear("changed", "messages") == {"type": "changed"}
    assert await outside.silent()
    await outside.leave()


async def test_two_chats_of_visitors_with_the_same_name_never_mix(visitor, host_socket, enter):
    other_host = await sync_to_async(make_host)(name="Chen Wei")
    other = await sync_to_async(make_appointment)(other_host, kind=Kind.REMOTE)
    namesake = await enter(other, Role.VISITOR)
    await namesake.send("For Chen Wei")
    assert await namesake.hear_text() == ["For Chen Wei"]

    await visitor.send("For Tomás Herrera")

    assert await host_socket.hear_text() == ["For Tomás Herrera"]
    assert await visitor.hear_text() == ["For Tomás Herrera"]
    assert await namesake.silent()


async def test_a_socket_of_a_deleted_appointment_closes(visitor, remote):
    await visitor.hear("read")
    await sync_to_async(let_the_worker_rest)()
    await sync_to_async(remote.delete)()

    await visitor.say("beat", after=0)

    assert await visitor.closed()
