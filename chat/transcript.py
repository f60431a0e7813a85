"""What was said, line by line: for the page, and as a text to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from appointments.models import Role
from chat.models import Message


@dataclass(frozen=True)
class Line:
    """A message in its place: `opens_day` on the first of a day, `opens_run` on the first of one person's run."""

    message: Message
    opens_day: bool
    opens_run: bool


def lines(messages: Iterable[Message]) -> Iterator[Line]:
    """The messages in order, each with its place. Days are those of the site's time zone."""
    day: date | None = None
    sender: Role | str | None = None
    for message in messages:
        opens_day = localtime(message.created_at).date() != day
        yield Line(message, opens_day, opens_day or message.sender != sender)
        day, sender = localtime(message.created_at).date(), message.sender
