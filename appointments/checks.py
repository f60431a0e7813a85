"""Checks at start-up, before any visitor waits, that every text fits its length limit with this site's settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils import timezone

from appointments.choices import Role
from appointments.models import Appointment
from appointments.notices import BY_THEMSELVES, TABLE, Row, context_of
from hosts.models import Host
from notifications.models import Notification
from notifications.sms import gsm, text
from notifications.sms.channel import Sms
from offices.models import Office

# With a longer link, names are truncated to fewer than 24 characters.
MAX_LINK_LENGTH = 54


def register() -> None:
    """Register the check, once."""
    checks.register(texts_fit, checks.Tags.compatibility)


def texts_fit(**kwargs: Any) -> list[checks.CheckMessage]:
    """Compose every text with the longest names that people and offices may have."""
    too_long = sorted({notification.template for notification in _longest_texts() if not _fits(notification)})
    link = len(Appointment().url(Role.VISITOR).rstrip("/"))
    messages: list[checks.CheckMessage] = []
    if too_long:
        messages.append(
            checks.Error(
                f"SITE_URL is too long: {', '.join(too_long)} would take more text messages than they should.",
                hint=f"A link has {link} characters; up to {MAX_LINK_LENGTH} leave room for full names.",
                id="appointments.E001",
            )
        )
    elif link > MAX_LINK_LENGTH:
        messages.append(
            checks.Warning(
                f"SITE_URL makes links of {link} characters, so names are cut short in texts.",
                hint=f"Up to {MAX_LINK_LENGTH} characters leave room for full names.",
                id="appointments.W001",
            )
        )
    name = settings.OFFICE_FIXED.get("name", "")
    if not text.has_room_for(name):
        shown = text.shown_name(name) or "the office"
        messages.append(
            checks.Warning(
                f"Texts have no room for ORGANISATION_NAME as it is: they say “{shown}”.",
                hint=f"Up to {text.MAX_SEPTETS['organisation']} plain letters fit.",
                id="appointments.W002",
            )
        )
    return messages


def _fits(notification: Notification) -> bool:
    words = text.compose(notification, Office(name="M" * 120))
    return gsm.excess(words, notification.context["parts"]) <= 0


def _longest_texts() -> Iterator[Notification]:
    """Every text about an appointment, with the longest possible names."""
    now = timezone.now()
    longest = "M" * 120
    appointment = Appointment(
        host=Host(name=longest),
        host_name=longest,
        address_visited=longest,
        visitor_name=longest,
        visitor_phone="+999999999999999",
        started_at=now,
        ended_at=now,
    )
    for row in (*TABLE, *BY_THEMSELVES):
        if _goes_by_text(row):
            context = context_of(appointment, row.audience, Office()) | {"parts": row.parts}
            yield Notification(template=row.template, context=context)


def _goes_by_text(row: Row) -> bool:
    return row.channels is None or Sms.name in row.channels
