"""The tasks of the workers: delivery and the periodic sweep."""

from __future__ import annotations

import logging
import traceback

from django.utils import timezone
from django.utils.translation import gettext as _
from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task, db_task

from notifications import claims, stops
from notifications.channels import get_channel
from notifications.models import Notification, State, Stop, Withheld
from notifications.results import HeldBack, Postponed, Result

logger = logging.getLogger(__name__)

# The sweep fills the queue up to this length, so that a long backlog is not queued again every minute.
MAX_QUEUE_LENGTH = 5000


@db_task()
def deliver(pk: int) -> None:
    """Make one attempt to send this notification, unless it is not due or another worker holds its lease."""
    notification = claims.claim(pk)
    if notification is None:
        return
    claims.settle(notification, _send(notification))
    if notification.state == State.QUEUED and notification.due_at:
        deliver.schedule((pk,), delay=max((notification.due_at - timezone.now()).total_seconds(), 0))


@db_periodic_task(crontab())
def sweep() -> None:
    """Every minute, and when a worker starts: queue due notifications that the queue or another worker has lost."""
    now = timezone.now()
    claims.release_stranded(now)
    room = max(MAX_QUEUE_LENGTH - HUEY.pending_count(), 0)
    for pk in Notification.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:room]:
        deliver(pk)


@db_periodic_task(crontab(minute="45"))
def purge_stops() -> None:
    """Every hour: forget the addresses that get messages again."""
    Stop.objects.filter(until__lte=timezone.now()).delete()


def _send(notification: Notification) -> Result:
    # Since it was recorded, when the same was asked, it may have waited for hours.
    if any(stops.holds_back([notification])):
        return HeldBack(Withheld.STOPPED)
    try:
        return get_channel(notification.channel).send(notification)
    except Exception as error:  # noqa: BLE001  no exception of a channel may lose the message
        # Where it happened and of what kind it is, but not what it says, which may name a person.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Notification %s could not be sent: %s at\n%s", notification.pk, type(error).__name__, where)
        return Postponed(_("A fault on our side: %(error)s") % {"error": repr(error)})
