"""The pages of the conversation, of both people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from unittest import mock

from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from chat import conversation
from chat.models import Participant
from chat.presence import PresenceSlot
from kiosks.models import Kiosk
from tests.cast import make_appointment, make_host
from tests.sentences.stage import Facts, Place, Stage, at_screen, office, scene, shown
from tests.sentences.visits import FATES, a_chat, to_host


def walk(stage: Stage) -> None:
    """Every state of a conversation."""
    for kind, begin in (("chat", a_chat), ("in person", lambda: make_appointment(make_host()))):
        with scene():
            _of(stage, kind, begin())


def _see(stage: Stage, visit: Appointment, role: Role, place: Place, *known: str) -> None:
    visit.refresh_from_db()
    page = f"Chat, {role}"
    stage.look(page, place, shown(visit.path(role, "chat")), Facts(visit, known=known))


async def _whole(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


def _save(stage: Stage, kind: str, visit: Appointment) -> None:
    """The conversation as a file."""
    for written in (False, True):
        with scene():
            if written:
                visit.messages.create(sender=Role.HOST, client_id="0" * 32, text="…")
            for role in Role:
                response: Any = Client().get(visit.path(role, "transcript"))
                file = async_to_sync(_whole)(response.streaming_content).decode()
                place = Place(kind, f"{role}", "a message" if written else "no message")
                stage.hear("Chat saved as text", place, file, Facts(visit))


def _of(stage: Stage, kind: str, visit: Appointment) -> None:
    for role in Role:
        _see(stage, visit, role, Place(kind, "going on"))
        for by in EndedBy:
            with scene():
                visit.refresh_from_db()
                visit.end(by)
                _see(stage, visit, role, Place(kind, f"ended by {by}"))
        visit.refresh_from_db()
        for place in ("reception", "phone"):
            with scene():
                PresenceSlot(visit.pk, conversation.other(role)).enter(place)
                _see(stage, visit, role, Place(kind, f"other in the chat, at {place}"), "other is in the chat")
        with scene():
            Participant.objects.expect(visit.pk)
            mine = visit.messages.create(sender=role, client_id="0" * 32, text="…")
            _see(stage, visit, role, Place(kind, "own message stored"))
            Participant.objects.read(visit.pk, conversation.other(role), mine.pk)
            _see(stage, visit, role, Place(kind, "own message read"), "own message read")
        for room in (conversation.Room.NEARLY_FULL, conversation.Room.FULL):
            # Thousands of messages would take long to write.
            with scene(), mock.patch.object(conversation, "room_of", return_value=room):
                _see(stage, visit, role, Place(kind, room.replace("_", " ")), room)
                with office(reception_phone=""):
                    _see(stage, visit, role, Place(kind, f"{room.replace('_', ' ')}, office without a phone"), room)
    _save(stage, kind, visit)
    desk = Kiosk.objects.create(name="Front desk")
    stage.look(
        "Chat, visitor",
        Place(f"{kind}, reception screen"),
        shown(visit.path(Role.VISITOR, "chat"), at_screen(desk, visit)),
        Facts(visit),
    )
    Participant.objects.open(visit.pk, Role.VISITOR)
    Participant.objects.filter(role=Role.VISITOR).update(opened_at=timezone.now() - timedelta(hours=1))
    for email in FATES:
        for text in FATES if kind == "chat" else [email]:
            with scene():
                to_host(visit, email, text)
                _see(
                    stage,
                    visit,
                    Role.VISITOR,
                    Place(f"{kind}, host has not come", f"email {email}", f"text {text}"),
                    "overdue",
                )
