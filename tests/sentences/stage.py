"""Where the walk puts the product into states and looks at what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from appointments.models import Appointment
from entrymgmt.environment import Twilio
from kiosks.cookie import set_cookie
from kiosks.models import Kiosk
from notifications import channels
from notifications.models import Notification
from offices.current import forget_office
from tests.sentences.reading import Reader, Sentence

DESK = "desk@meridianhouse.example"
NAMES = {
    "Meridian House": "{organisation}",
    "Anika Rao": "{host}",
    "Tomás Herrera": "{host}",
    # As texts write it.
    "Tomas Herrera": "{host}",
    "Head of Partnerships": "{title}",
    "Yusuf Al-Masri": "{visitor}",
    "Yusuf A.": "{visitor}",
    "Supplier review": "{purpose}",
    "4th floor, 12 Residency Road, Bengaluru 560025": "{address}",
    "yusuf@visitor.example": "{email}",
    "yusuf@other.example": "{email}",
    "anika@meridianhouse.example": "{email}",
    "tomás@meridianhouse.example": "{email}",
    DESK: "{email}",
    **dict.fromkeys(
        ("+44 7700 900142", "+447700900142", "+91 98765 43201", "+919876543201", "+91 80555 00100", "+918055500100"),
        "{phone}",
    ),
}
OFFICE = {
    "name": "Meridian House",
    "time_zone": "Asia/Kolkata",
    "phone_region": "IN",
    "reception_phone": "+918055500100",
    "reception_email": DESK,
    "sms_regions": "*",
}
SITE = "https://visits.meridianhouse.example"
EMAIL, TEXT = "notifications.email.channel.Email", "notifications.sms.{}"
PROVIDERS = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.meridianhouse.example",
    "NOTIFICATION_CHANNELS": [EMAIL, TEXT.format("twilio.TwilioSms")],
    "TWILIO": Twilio("AC" + "0" * 32, "secret", "+15005550006", "https://api.twilio.com"),
}
NO_PROVIDERS = {
    "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend",
    "NOTIFICATION_CHANNELS": [EMAIL, TEXT.format("console.ConsoleSms")],
    "TWILIO": None,
}


@dataclass(frozen=True, order=True)
class Place:
    """In which state a page was shown: states of one `group` may differ in two ways, as in a table."""

    group: str
    row: str = ""
    column: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.group, self.row, self.column)))


class Facts:
    """What is recorded where a page or message is shown; rules and duties read it.

    `rows` are the messages: all about the visit, unless others are given. `known` names facts that have no row.
    """

    def __init__(
        self,
        visit: Appointment | None = None,
        message: Notification | None = None,
        known: Collection[str] = (),
        rows: list[Notification] | None = None,
    ) -> None:
        self.visit, self.message, self.known = visit, message, frozenset(known)
        self._rows = rows

    @cached_property
    def rows(self) -> list[Notification]:
        """The messages."""
        if self._rows is not None:
            return self._rows
        return list(self.visit.notifications.all()) if self.visit else []


Judge = Callable[[str, Place, Collection[Sentence], Facts], None]


@dataclass
class Stage:
    """What was shown: for each page and sentence the places, and for each page all places at which it was looked at.

    `judge` hears at once of everything that is shown, while what is recorded is still so.
    """

    judge: Judge
    shown: dict[str, dict[Sentence, set[Place]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    places: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    reader: Reader = field(default_factory=lambda: Reader(NAMES))

    def look(self, page: str, place: Place, html: str, facts: Facts) -> None:
        """Read a page that was shown in this state."""
        self._note(page, place, self.reader.page(html), facts)

    def hear(self, page: str, place: Place, text: str, facts: Facts) -> None:
        """Read a message in plain text."""
        self._note(page, place, self.reader.message(text), facts)

    def _note(self, page: str, place: Place, sentences: Collection[Sentence], facts: Facts) -> None:
        self.places[page].add(place)
        for sentence in sentences:
            self.shown[page][sentence].add(place)
        self.judge(page, place, sentences, facts)


@contextmanager
def scene() -> Iterator[None]:
    """Nothing that happens in the block stays."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@contextmanager
def office(**fields: Any) -> Iterator[None]:
    """The settings of the office in the block."""
    with override_settings(OFFICE_FIXED={**settings.OFFICE_FIXED, **fields}):
        forget_office()
        yield
    forget_office()


@contextmanager
def set_up(*, providers: bool) -> Iterator[None]:
    """Whether a mail server and a provider of texts are set up in the block. Nothing is sent."""
    with override_settings(**(PROVIDERS if providers else NO_PROVIDERS)):
        channels._load.cache_clear()
        yield
    channels._load.cache_clear()


def shown(path: str, client: Client | None = None, **options: Any) -> str:
    """The page at this path, after redirects."""
    return str((client or Client()).get(path, options, follow=True).content.decode())


def at_screen(kiosk: Kiosk, visit: Appointment | None = None) -> Client:
    """A reception screen that may show this visit."""
    client, response = Client(), HttpResponse()
    set_cookie(response, kiosk, visit.visitor_token if visit else "")
    client.cookies.update(response.cookies)
    return client
