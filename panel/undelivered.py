"""What the first page says of messages: those that are late, those that somebody has to mend, and those held back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Count, Min, Q
from django.utils.translation import gettext

from appointments.models import Appointment
from appointments.notices import ENDED
from notifications import workers
from notifications.addresses import present_address
from notifications.channels import all_channels, label_of
from notifications.models import QUEUED_SINCE, Audience, Notification, NotificationQuerySet, State, Withheld
from panel.figures import midnight

SHOWN = 10
# Providers word one outage in several ways.
REASONS_SHOWN = 5


@dataclass(frozen=True)
class Late:
    """Messages of one channel that are late for one reason: as many, the first since then."""

    channel: str
    reason: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Failure:
    """A message that could not be delivered, and where it goes when it is sent again; empty when nowhere."""

    notification: Notification
    address: str


def to_mend() -> NotificationQuerySet:
    """Those that could not be delivered and still matter, newest first.

    One about a visit matters until the visit has ended and, if it was not to the visitor, until the host has answered.
    Any other, such as one with the details of a visit that has ended, matters until midnight.
    """
    going_on = Appointment.objects.ongoing()
    about_visit = Q(content_type=ContentType.objects.get_for_model(Appointment)) & ~Q(event=ENDED)
    to_visitor = Q(audience=Audience.VISITOR)
    matters = (
        (about_visit & to_visitor & Q(object_id__in=going_on.values("pk")))
        | (about_visit & ~to_visitor & Q(object_id__in=going_on.filter(reply="").values("pk")))
        | (~about_visit & Q(failed_at__gte=midnight()))
    )
    return Notification.objects.failed().filter(matters).order_by("-failed_at")


def of_messages() -> dict[str, Any]:
    """The figures about messages. While a provider is not set up, it is said that nothing is sent over its channel."""
    late, failed = _late(), _failures()
    not_set_up = [channel for channel in all_channels() if not channel.status().done]
    withheld = Notification.objects.withheld().filter(created_at__gte=midnight())
    reasons = withheld.order_by().values_list("withheld").annotate(count=Count("pk")).order_by("-count")
    return {
        "worker_runs": workers.running() > 0,
        "late": late[:REASONS_SHOWN],
        "late_count": sum(group.count for group in late),
        "failed": failed[:SHOWN],
        "failed_count": len(failed) if len(failed) <= SHOWN else to_mend().count(),
        "not_set_up": not_set_up,
        # Where either of these is shown, this is not.
        "kept_count": 0 if failed or not_set_up else _kept().count(),
        "withheld": [(Withheld(reason).label, count) for reason, count in reasons],
    }


def _kept() -> NotificationQuerySet:
    """Those about visits going on that went to nobody, because no provider was set up when they were due."""
    kept = Notification.objects.of_kind(Appointment).filter(state=State.KEPT)
    return kept.filter(object_id__in=Appointment.objects.ongoing().values("pk"))


def _failures() -> list[Failure]:
    """The newest of those to mend, one more than are shown."""
    with_hosts = GenericPrefetch("subject", [Appointment.objects.select_related("host")])
    newest = to_mend().prefetch_related(with_hosts)[: SHOWN + 1]
    return [Failure(notification, present_address(notification)) for notification in newest]


def _late() -> list[Late]:
    """Those that are late, by channel and reason, most first."""
    since = Min(QUEUED_SINCE)
    groups = Notification.objects.late().order_by().values_list("channel", "reason")
    return [
        Late(label_of(channel), reason or gettext("No answer yet."), count, first)
        for channel, reason, count, first in groups.annotate(count=Count("pk"), since=since).order_by("-count")
    ]
