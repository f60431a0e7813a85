"""The hosts as the check-in page lists them: their availability, and the kinds of appointment that each offers now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from appointments.availability import with_meetings
from core.text import searchable
from hosts.availability import Availability, availability
from hosts.models import Host

# More than the longest name has; without a limit, one request could keep the process busy for seconds.
MAX_QUERY_LENGTH, MAX_QUERY_WORDS = 120, 10


@dataclass(frozen=True)
class Entry:
    """One host of the list."""

    host: Host
    availability: Availability

    @property
    def key(self) -> str:
        """The value of this host in the check-in form."""
        return str(self.host.pk)

    @property
    def actions(self) -> str:
        """The actions of the check-in form that this host offers, separated by spaces."""
        offers = {"appointment": self.availability.offers_in_person, "chat": self.availability.offers_remote}
        return " ".join(action for action, offered in offers.items() if offered)

    @property
    def offer(self) -> str:
        """Those actions as a sentence to the visitor."""
        return offer(self.host, self.availability)


def offer(host: Host, now: Availability) -> str:
    """What a visitor may do with a host of this availability, as a sentence."""
    sentences = {
        Availability.AVAILABLE: gettext("%(name)s is available. Start an appointment, or chat if you prefer."),
        Availability.MEETING: gettext("%(name)s has a visitor. You can chat remotely instead."),
        Availability.REMOTE: gettext("%(name)s is working remotely. You can chat from here."),
        Availability.AWAY: gettext("%(name)s is away. Choose someone else, or ask at reception."),
    }
    return sentences[now] % {"name": host.name}


def directory(query: str = "") -> list[Entry]:
    """The listed hosts by name; with a query, only those whose name and title contain all of its words."""
    words = searchable(query[:MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS]
    return [
        Entry(host, availability(host.presence, in_meeting=host.in_meeting))
        for host in with_meetings(Host.objects.listed())
        if not words or _matches(host, words)
    ]


def _matches(host: Host, words: list[str]) -> bool:
    text = searchable(f"{host.name} {host.title}")
    return all(word in text for word in words)
