"""The product's table of notifications about an appointment: one row for each message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from appointments.choices import EndedBy, Reply, Role
from appointments.models import Appointment
from core.site import absolute_url
from notifications import outbox
from notifications.channels import Contact, all_channels, get_channel
from notifications.email.channel import Email
from notifications.models import Audience, Notification
from notifications.outbox import Notice
from notifications.sms.channel import Sms
from notifications.titles import entitle
from offices.current import current_office
from offices.models import Office

STARTED, UNANSWERED, UNREACHED, REPLIED, ENDED = "started", "unanswered", "unreached", "replied", "ended"
# Reception is asked for a colleague because of a reply.
ASKED = "asked"
EVENTS = (STARTED, UNANSWERED, UNREACHED, REPLIED, ASKED, ENDED)
TEXT_ONLY, EMAIL_ONLY = (Sms.name,), (Email.name,)
# A host who taps one reply after the other sends the last one only, and a visit has this many texts about replies. The
# visitor's page shows every reply at once.
SETTLE = timedelta(seconds=5)
MAX_REPLIES = 5


@dataclass(frozen=True)
class Row:
    """At this event, this audience gets the message of this template while the appointment is in this state.

    `title` is what the host panel calls it. `channels` limits the channels by name; None means every channel. `parts`
    is the maximum number of SMS parts. `delay` and `most` are those of the notice.
    """

    event: str
    audience: Audience
    template: str
    title: str | Promise
    state: Callable[[Appointment], bool]
    channels: Collection[str] | None = None
    parts: int = 1
    delay: timedelta = timedelta()
    most: int | None = None


def _reply_row(reply: Reply, template: str) -> Row:
    title = format_lazy("{}: {}", _("Reply"), reply.label)
    return Row(REPLIED, Audience.VISITOR, template, title, _replied(reply), TEXT_ONLY, delay=SETTLE, most=MAX_REPLIES)


def _arrived(appointment: Appointment) -> bool:
    return appointment.is_ongoing and not appointment.is_remote


def _asked_to_chat(appointment: Appointment) -> bool:
    return appointment.is_ongoing and appointment.is_remote


def _ongoing(appointment: Appointment) -> bool:
    return appointment.is_ongoing


def _unanswered(appointment: Appointment) -> bool:
    return appointment.is_ongoing and not appointment.reply


def _replied(reply: Reply) -> Callable[[Appointment], bool]:
    return lambda appointment: appointment.is_ongoing and appointment.reply == reply


def _ended_by_someone(appointment: Appointment) -> bool:
    return _ended(appointment) and appointment.ended_by != EndedBy.SYSTEM


def _left_open(appointment: Appointment) -> bool:
    return _ended(appointment) and appointment.ended_by == EndedBy.SYSTEM


def _ended(appointment: Appointment) -> bool:
    return not appointment.is_ongoing and not appointment.denied_at


TABLE = (
    Row(STARTED, Audience.HOST, "host-arrival", _("Visitor is here"), _arrived),
    Row(STARTED, Audience.HOST, "host-chat", _("Visitor asks to chat"), _asked_to_chat),
    Row(STARTED, Audience.VISITOR, "visitor-started", _("Checked in"), _ongoing),
    _reply_row(Reply.ON_MY_WAY, "visitor-on-my-way"),
    _reply_row(Reply.FIVE_MINUTES, "visitor-five-minutes"),
    _reply_row(Reply.COLLEAGUE, "visitor-colleague"),
    Row(
        ASKED,
        Audience.RECEPTION,
        "reception-colleague",
        _("Host asks for a colleague"),
        _replied(Reply.COLLEAGUE),
        delay=SETTLE,
        most=MAX_REPLIES,
    ),
    Row(ENDED, Audience.VISITOR, "visitor-ended", _("Details of the visit"), _ended_by_someone, parts=2),
    # What was left open ends in the night, when a text would wake people.
    Row(ENDED, Audience.VISITOR, "visitor-ended", _("Details of the visit"), _left_open, EMAIL_ONLY),
)
# These are called for by time or by what became of other messages, and not by a change of the appointment (see
# `Appointment.objects.awaiting_reply` and `appointments.unreached`).
REMINDER = Row(UNANSWERED, Audience.HOST, "host-unanswered", _("Visitor is still waiting"), _unanswered, TEXT_ONLY)
HOST_UNREACHED = Row(UNREACHED, Audience.RECEPTION, "reception-unreached", _("Host cannot be told"), _unanswered)
BY_THEMSELVES = (REMINDER, HOST_UNREACHED)
entitle({row.template: row.title for row in (*TABLE, *BY_THEMSELVES)})


def sync_notices(appointment: Appointment, *, is_new: bool = False) -> None:
    """Ensure that the notices of the appointment's current state exist, and cancel those that no longer apply.

    One that `is_new` has none to cancel.
    """
    office = current_office()
    current = [row for row in TABLE if row.state(appointment)]
    notices = [notice for row in current for notice in notices_of(row, appointment, office)]
    stays = {(notice.event, notice.occurrence) for notice in notices}
    stays |= {(row.event, "") for row in BY_THEMSELVES if row.state(appointment)}
    if not is_new:
        _cancel_all_but(stays, appointment)
    outbox.record(appointment, notices, is_new=is_new)


def _cancel_all_but(stays: set[tuple[str, str]], appointment: Appointment) -> None:
    unsettled = appointment.notifications.unsettled().filter(event__in=EVENTS, withdrawn=False)
    pointless = [pk for pk, *event in unsettled.values_list("pk", "event", "occurrence") if tuple(event) not in stays]
    if pointless:
        outbox.cancel(appointment.notifications.filter(pk__in=pointless))


def remind(appointment: Appointment) -> None:
    """Remind the host, once, of a visitor who has no reply yet."""
    _record(REMINDER, appointment)


def tell_reception(appointment: Appointment) -> None:
    """Tell reception, once, that the host cannot be told of a visitor."""
    _record(HOST_UNREACHED, appointment)


def _record(row: Row, appointment: Appointment) -> None:
    if row.state(appointment):
        outbox.record(appointment, notices_of(row, appointment, current_office()))


def notices_of(row: Row, appointment: Appointment, office: Office) -> list[Notice]:
    """The notices of this row, one for each channel on which its audience has an address."""
    person = appointment.contact_for(row.audience, office)
    context = context_of(appointment, row.audience, office) | {"parts": row.parts}
    return [
        Notice(
            event=row.event,
            audience=row.audience,
            channel=name,
            recipient=recipient,
            template=row.template,
            context=context,
            # A host may change the reply, so each reply is a separate occurrence.
            occurrence=appointment.replied_at.isoformat()
            if row.event in (REPLIED, ASKED) and appointment.replied_at
            else "",
            delay=row.delay,
            most=row.most,
        )
        for name, recipient in _reached(person, row.channels)
    ]


def _reached(person: Contact, channels: Collection[str] | None) -> Iterable[tuple[str, str]]:
    """Those of these channels (None: of all) on which the person has an address, each with the address."""
    for channel in all_channels():
        recipient = channel.address(person) if channels is None or channel.name in channels else ""
        if recipient:
            yield channel.name, recipient


def details_will_be_sent(appointment: Appointment) -> bool:
    """Whether the end would send the visitor the details: over a channel that is set up, to an address that takes them.

    A limit may still hold them back.
    """
    reached = _reached(appointment.contact_for(Audience.VISITOR), None)
    stopped = appointment.stopped_addresses
    return any(get_channel(name).status().done and recipient not in stopped for name, recipient in reached)


def context_of(appointment: Appointment, audience: Audience, office: Office) -> dict[str, Any]:
    """The context of the templates of `messages/` for this person."""
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
        "at_screen": appointment.screen_id is not None,
        **(
            {"ended_at": appointment.ended_at.isoformat(), "ended_by": appointment.ended_by}
            if appointment.ended_at
            else {}
        ),
        **({"reply_to_email": appointment.visitor_email} if audience == Audience.HOST else {}),
        "kept_days": office.link_retention_days,
        **_links_for(appointment, audience),
    }


def _links_for(appointment: Appointment, audience: Audience) -> dict[str, str]:
    """Every link in messages to these people. Reception has no link to a visit, and logs in to the panel."""
    match audience:
        case Audience.RECEPTION:
            return {"panel_link": absolute_url("admin:index")}
        case Audience.VISITOR:
            denial = appointment.url(Role.VISITOR, "not-me").rstrip("/")
            return {"not_me_link": denial, **links_of(appointment, Role.VISITOR)}
        case _:
            return links_of(appointment, Role.HOST)


def links_of(appointment: Appointment, role: Role) -> dict[str, str]:
    """This person's links, as the templates know them. They have no trailing slash: one character less in each text."""
    return {
        "link": appointment.url(role).rstrip("/"),
        "chat_link": appointment.url(role, "chat").rstrip("/"),
        "end_link": appointment.url(role, "end").rstrip("/"),
    }


def renew_links(appointment: Appointment, roles: Collection[Role]) -> None:
    """Give these people new links. The old ones are unknown from now on, and their open sockets are closed.

    Every message about the appointment leads to the new links: those that wait, and those that are sent again. Nothing
    is sent by this. A message that a worker is sending at this moment may still contain the old link.
    """
    with transaction.atomic():
        current = Appointment.objects.select_for_update().get(pk=appointment.pk)
        current.renew_tokens(roles)
        messages = list(current.notifications.filter(audience__in=roles).select_for_update())
        for message in messages:
            links = _links_for(current, Audience(message.audience))
            message.context |= {name: links[name] for name in links.keys() & message.context.keys()}
        Notification.objects.bulk_update(messages, ["context"], batch_size=100)
    appointment.visitor_token, appointment.host_token = current.visitor_token, current.host_token
