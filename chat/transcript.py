"""What was said, line by line: for the page, and as a text to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import indent

from django.utils.timezone import localtime

from appointments.models import Role
from chat.models import Message


@dataclass(frozen=True)
class Line:
    """A message in its place: `opens_day` on the first of a day, `opens_run` on the first of one person's run."""

    message: Message
    opens_day: bool
    opens_run: bool

    @property
    def indented(self) -> str:
        """The text set off from the names and times around it, so that it cannot pass for one of them."""
        return indent(self.message.text, "    ")


def lines(messages: Iterable[Message], since: datetime) -> Iterator[Line]:
    """The messages in order, each with its place, after a heading for the day of `since`.

    Days are those of the site's time zone.
    """
    before: tuple[date, Role | str | None] = (localtime(since).date(), None)
    for message in messages:
        current = (localtime(message.created_at).date(), message.sender)
        yield Line(message, opens_day=current[0] != before[0], opens_run=current != before)
        before = current
