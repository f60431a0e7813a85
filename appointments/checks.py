"""Says at start-up, not when a visitor is waiting, whether every text fits its budget with this site's settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils import timezone

from appointments.messages import PATIENCE, notices_for
from appointments.models import Appointment, Kind, Reply, Role
from hosts.models import Host
from notifications.models import Notification
from notifications.outbox import Notice
from notifications.sms import gsm, text

# The budget of the design: with a longer link, names are cut shorter than their 24 characters.
LONGEST_LINK = 54


def register() -> None:
    """Register the check, once."""
    checks.register(texts_fit, checks.Tags.compatibility)


def texts_fit(**kwargs: Any) -> list[checks.CheckMessage]:
    """Compose every text with the longest names that people may have."""
    too_long = sorted({notice.template for notice in _longest_texts() if not _fits(notice)})
    link = len(Appointment().url(Role.VISITOR).rstrip("/"))
    organisation = gsm.plain(settings.ORGANISATION_NAME)
    messages: list[checks.CheckMessage] = []
    if too_long:
        messages.append(
            checks.Error(
                f"SITE_URL is too long: {', '.join(too_long)} would take more text messages than they should.",
                hint=f"A link has {link} characters; up to {LONGEST_LINK} leave room for full names.",
                id="appointments.E001",
            )
        )
    elif link > LONGEST_LINK:
        messages.append(
            checks.Warning(
                f"SITE_URL makes links of {link} characters, so names are cut short in texts.",
                hint=f"Up to {LONGEST_LINK} characters leave room for full names.",
                id="appointments.W001",
            )
        )
    if not organisation or gsm.septets(organisation) > text.LONGEST["organisation"]:
        shown = gsm.shorten(organisation, text.LONGEST["organisation"]) if organisation else "the office"
        messages.append(
            checks.Warning(
                f"Texts have no room for ORGANISATION_NAME as it is: they say “{shown}”.",
                hint=f"Up to {text.LONGEST['organisation']} plain letters fit.",
                id="appointments.W002",
            )
        )
    return messages


def _fits(notice: Notice) -> bool:
    words = text.compose(Notification(template=notice.template, facts=notice.facts))
    return gsm.septets(words) <= gsm.capacity(notice.facts.get("parts", 1))


def _longest_texts() -> Iterator[Notice]:
    """Every text there is, about an appointment of people with the longest names."""
    now = timezone.now()
    longest = "M" * 120
    host = Host(name=longest, email="host@example.com", phone="+999999999999999")
    states: list[dict[str, Any]] = [{"started_at": now - PATIENCE}, {"ended_at": now}]
    states += [{"reply": reply, "replied_at": now} for reply in Reply]
    for kind in Kind:
        for state in states:
            appointment = Appointment(
                host=host,
                host_name=longest,
                address_visited=longest,
                visitor_name=longest,
                visitor_phone="+999999999999999",
                kind=kind,
                **state,
            )
            yield from (notice for notice in notices_for(appointment, now) if notice.channel == "sms")
