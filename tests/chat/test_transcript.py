"""The conversation line by line: which message opens a day and which a run of one person; and as a text to keep."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse

from appointments.choices import Role
from appointments.models import Appointment
from chat import limits
from chat.models import Message
from chat.transcript import lines
from tests.chat.test_unread import member, say

EVENING = datetime(2026, 11, 24, 23, 50, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.fixture
def conversation(remote: Appointment) -> Appointment:
    """Two people who write to each other past midnight."""
    for minutes, role in ((0, "visitor"), (1, "visitor"), (2, "host"), (11, "host"), (12, "visitor")):
        said = say(member(remote, Role(role)), f"{role} after {minutes} minutes")
        Message.objects.filter(pk=said.pk).update(created_at=EVENING + timedelta(minutes=minutes))
    return remote


@pytest.mark.parametrize(("day_of_check_in", "first_opens_day"), [(0, False), (1, True)])
def test_a_day_and_a_run_open_where_they_begin(conversation, day_of_check_in, first_opens_day):
    since = EVENING - timedelta(minutes=5, days=day_of_check_in)

    found = list(lines(conversation.messages.after(0), since))

    assert [line.message.sender for line in found] == ["visitor", "visitor", "host", "host", "visitor"]
    assert [line.opens_day for line in found] == [first_opens_day, False, False, True, False]
    assert [line.opens_run for line in found] == [True, False, True, True, True]


async def text_of(client: AsyncClient, path: str) -> tuple[Any, str]:
    """The response, and the file."""
    response: Any = await client.get(path)
    return response, b"".join([part async for part in aiter(response)]).decode()


def test_the_text_to_keep_has_who_wrote_what(conversation, async_client):
    response, text = async_to_sync(text_of)(async_client, conversation.path(Role.VISITOR, "transcript"))

    assert response.headers["Content-Type"].startswith("text/plain")
    assert text.index("    visitor after 0 minutes") < text.index("    host after 2 minutes")
    assert "25 November 2026" in text


@pytest.mark.parametrize(("role", "other"), [(Role.VISITOR, "Tomás Herrera"), (Role.HOST, "Yusuf Al-Masri")])
def test_the_file_is_named_after_the_other_person_and_the_day(conversation, async_client, role, other):
    Appointment.objects.update(started_at=EVENING)

    response, _text = async_to_sync(text_of)(async_client, conversation.path(role, "transcript"))

    disposition = response.headers["Content-Disposition"]

    assert disposition.startswith("attachment")
    assert unquote(disposition).rstrip('"').endswith(f"chat 2026-11-24 {other}.txt")


def test_a_long_conversation_is_one_text_in_which_no_day_opens_twice(conversation, async_client, monkeypatch):
    path = conversation.path(Role.VISITOR, "transcript")
    whole = async_to_sync(text_of)(async_client, path)[1]

    monkeypatch.setattr(limits, "BATCH_SIZE", 1)

    assert async_to_sync(text_of)(async_client, path)[1] == whole


def test_a_conversation_in_which_nothing_was_written_says_so(remote, async_client):
    assert "Nothing was written." in async_to_sync(text_of)(async_client, remote.path(Role.HOST, "transcript"))[1]


def test_the_office_keeps_the_whole_conversation_and_reception_may_not(conversation, manager, desk):
    client = AsyncClient()
    client.force_login(manager)
    path = reverse("admin:transcript", args=[conversation.pk])

    assert "    visitor after 12 minutes" in async_to_sync(text_of)(client, path)[1]
    assert desk.get(path).status_code == 403
