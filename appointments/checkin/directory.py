"""The hosts as the check-in page lists them: their availability, and the kinds of appointment that each offers now."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from appointments.availability import with_meetings
from appointments.checkin.remembered import Remembered
from core.text import searchable
from hosts.availability import Availability, availability
from hosts.models import Host

# More than the longest name has; without a limit, one request could keep the process busy for seconds.
MAX_QUERY_LENGTH, MAX_QUERY_WORDS = 120, 10

_OFFERS = {
    Availability.AVAILABLE: _("%(name)s is available. Start an appointment, or chat if you prefer."),
    Availability.MEETING: _("%(name)s has a visitor. You can chat remotely instead."),
    Availability.REMOTE: _("%(name)s is working remotely. You can chat from here."),
    Availability.AWAY: _("%(name)s is away. Choose someone else, or ask at reception."),
}
# The latest list in each language.
_lists: Remembered[str] = Remembered()


class Entry(NamedTuple):
    """One host of the list, with all that the list depends on: two lists of equal entries look the same."""

    pk: int
    name: str
    title: str
    presence: str
    in_meeting: bool

    @property
    def key(self) -> str:
        """The value of this host in the check-in form."""
        return str(self.pk)

    @property
    def availability(self) -> Availability:
        """What the host offers now."""
        return availability(self.presence, in_meeting=self.in_meeting)

    @property
    def actions(self) -> str:
        """The actions of the check-in form that this host offers, separated by spaces."""
        offers = {"appointment": self.availability.offers_in_person, "chat": self.availability.offers_remote}
        return " ".join(action for action, offered in offers.items() if offered)

    @property
    def offer(self) -> str:
        """Those actions as a sentence to the visitor."""
        return offer(self.name, self.availability)


def offer(name: str, now: Availability) -> str:
    """What a visitor may do with a host of this name and availability, as a sentence."""
    return str(_OFFERS[now]) % {"name": name}


def directory(query: str = "") -> tuple[Entry, ...]:
    """The listed hosts by name; with a query, only those whose name and title contain all of its words."""
    # Every open page asks for it again and again, and Django would put the same statement together each time.
    statement, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        entries = tuple(map(Entry._make, cursor.fetchall()))
    words = searchable(query[:MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS]
    return tuple(entry for entry in entries if _matches(entry, words)) if words else entries


def host_list(entries: Collection[Entry], chosen: Entry | None = None, *, invalid: bool = False) -> str:
    """The list of all hosts, `entries`, as HTML. It is rendered anew when one of them has changed.

    One with a chosen host, or for a form in which none was chosen, belongs to its visitor and is not remembered.
    """
    context = {"entries": entries, "chosen": chosen, "invalid": invalid}
    if chosen or invalid:
        return render_to_string("appointments/host_list.html", context)
    return _lists.get(get_language(), entries, lambda: render_to_string("appointments/host_list.html", context))


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """The statement that selects the fields of the entries, and its parameters."""
    return with_meetings(Host.objects.listed()).values_list(*Entry._fields).query.sql_with_params()


def _matches(entry: Entry, words: list[str]) -> bool:
    text = searchable(f"{entry.name} {entry.title}")
    return all(word in text for word in words)
