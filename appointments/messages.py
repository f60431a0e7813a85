"""What to say to whom about an appointment: the table of notifications in the product's rules, row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from appointments.models import Appointment, Role
from notifications.models import Audience
from notifications.outbox import Notice

STARTED, UNANSWERED, ENDED = "started", "unanswered", "ended"
# Each reply is an event of its own, since the host may change it: `replied-` and when, in milliseconds.
REPLIED = "replied-"
# The design's text `host-unanswered` goes out after this long; later than this it says nothing new.
PATIENCE, PATIENCE_LOST = timedelta(minutes=5), timedelta(hours=1)
# GSM messages that the text with all the details may take; every other text takes one.
DETAILS_PARTS = 2


def notices_for(appointment: Appointment, now: datetime) -> list[Notice]:
    """All that people should have been told, or be told now, about the appointment as it is at `now`."""
    if not appointment.is_ongoing:
        return _visitor(appointment, ENDED, "visitor-ended", parts=DETAILS_PARTS)
    notices = [
        *_host(appointment, STARTED, "host-chat" if appointment.is_remote else "host-arrival"),
        *_visitor(appointment, STARTED, "visitor-started"),
    ]
    if appointment.replied_at:
        event = f"{REPLIED}{appointment.replied_at.timestamp() * 1000:.0f}"
        notices.append(_visitor_text(appointment, event, f"visitor-{appointment.reply.replace('_', '-')}"))
    elif not appointment.is_remote and PATIENCE <= now - appointment.started_at < PATIENCE_LOST:
        notices += _host_text(appointment, UNANSWERED, "host-unanswered")
    return notices


def is_own(event: str) -> bool:
    """Whether this event is one of these, and not something else that is told about an appointment."""
    return event in {STARTED, UNANSWERED, ENDED} or event.startswith(REPLIED)


def _host(appointment: Appointment, event: str, template: str) -> list[Notice]:
    return _host_email(appointment, event, template) + _host_text(appointment, event, template)


def _host_email(appointment: Appointment, event: str, template: str) -> list[Notice]:
    if appointment.host is None:
        return []
    facts = facts_about(appointment, Role.HOST) | {"reply_to_email": appointment.visitor_email}
    return [Notice(event, Audience.HOST, "email", appointment.host.email, template, facts)]


def _host_text(appointment: Appointment, event: str, template: str) -> list[Notice]:
    if appointment.host is None:
        return []
    facts = facts_about(appointment, Role.HOST)
    return [Notice(event, Audience.HOST, "sms", appointment.host.phone, template, facts)]


def _visitor(appointment: Appointment, event: str, template: str, *, parts: int = 1) -> list[Notice]:
    facts = facts_about(appointment, Role.VISITOR)
    return [
        Notice(event, Audience.VISITOR, "email", appointment.visitor_email, template, facts),
        _visitor_text(appointment, event, template, parts=parts),
    ]


def _visitor_text(appointment: Appointment, event: str, template: str, *, parts: int = 1) -> Notice:
    facts = facts_about(appointment, Role.VISITOR) | {"parts": parts}
    return Notice(event, Audience.VISITOR, "sms", appointment.visitor_phone, template, facts)


def facts_about(appointment: Appointment, role: Role) -> dict[str, Any]:
    """What the templates of `messages/` say to this person.

    Links have no closing slash, which saves a character of each text.
    """
    link = appointment.url(role).rstrip("/")
    title = appointment.host.title if appointment.host else ""
    return {
        "visitor": appointment.visitor_name,
        "visitor_email": appointment.visitor_email,
        "visitor_phone": appointment.visitor_phone,
        "purpose": appointment.purpose,
        "people": appointment.people,
        "host": appointment.host_name,
        "seeing": f"{appointment.host_name}, {title}" if title else appointment.host_name,
        "address": ", ".join(appointment.address_visited.splitlines()),
        "remote": appointment.is_remote,
        "started_at": appointment.started_at.isoformat(),
        **({"ended_at": appointment.ended_at.isoformat()} if appointment.ended_at else {}),
        "kept_days": settings.LINK_RETENTION_DAYS,
        "link": link,
        "chat_link": appointment.url(role, "chat").rstrip("/"),
        "end_link": appointment.url(role, "end").rstrip("/"),
    }
