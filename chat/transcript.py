"""The transcript of a conversation, for the page and for the text file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import indent

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from appointments.choices import Role
from appointments.models import Appointment
from chat import limits
from chat.models import Message
from offices.current import current_office


@dataclass(frozen=True)
class Line:
    """A message in the transcript.

    `opens_day` marks the first message of a day, `opens_run` the first of several consecutive ones by one person.
    """

    message: Message
    opens_day: bool
    opens_run: bool

    @property
    def indented(self) -> str:
        """The text, indented so that it cannot imitate the names and times around it."""
        return indent(self.message.text, "    ")


def lines(messages: Iterable[Message], since: datetime, sender: str | None = None) -> Iterator[Line]:
    """The messages in order, as lines. They follow the moment `since` or, with `sender`, a message of that moment and
    person: no line opens its day again.

    Days are those of the current time zone.
    """
    before: tuple[date, Role | str | None] = (localtime(since).date(), sender)
    for message in messages:
        current = (localtime(message.created_at).date(), message.sender)
        yield Line(message, opens_day=current[0] != before[0], opens_run=current != before)
        before = current


def download(appointment: Appointment, name: str) -> StreamingHttpResponse:
    """The whole conversation as a text file, named after its day and `name`; never in memory as a whole."""
    file_name = f"chat {localtime(appointment.started_at):%Y-%m-%d} {name}.txt"
    return StreamingHttpResponse(
        _parts(appointment),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=file_name) or ""},
    )


async def _parts(appointment: Appointment) -> AsyncIterator[bytes]:
    yield await _part("head", appointment)
    before: Message | None = None
    while messages := await _following(appointment, before):
        yield await _part("lines", appointment, messages, before)
        before = messages[-1]
    yield await _part("foot", appointment, before=before)


@sync_to_async
def _following(appointment: Appointment, before: Message | None) -> list[Message]:
    return Message.objects.batch(appointment.pk, before.pk if before else 0, limits.BATCH_SIZE)


@sync_to_async
def _part(
    name: str, appointment: Appointment, messages: Iterable[Message] = (), before: Message | None = None
) -> bytes:
    """A part of the file. Rendered in the request's thread, because the event loop's thread serves every chat."""
    for message in messages:
        message.appointment = appointment
    since, sender = (before.created_at, before.sender) if before else (appointment.started_at, None)
    context = {
        "appointment": appointment,
        "organisation": current_office().name,
        "lines": lines(messages, since, sender),
        "is_empty": before is None,
    }
    return render_to_string(f"chat/transcript/{name}.txt", context).encode()
