"""What the workers do."""

from __future__ import annotations

import logging
import sys

from django.utils import timezone
from django.utils.translation import gettext as _
from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task, db_task, on_startup

from notifications import claims
from notifications.channels import get_channel
from notifications.models import Notification, State
from notifications.results import Postponed, Result

logger = logging.getLogger(__name__)

# The sweep fills the queue up to this length, so that a long backlog is not queued anew every minute.
LONGEST_QUEUE = 5000


@on_startup()
def hand_over_sooner() -> None:
    """Let a thread whose provider has answered go on after half a millisecond, not five, while another computes.

    In one pair of runs of `benchmarks/notifications.py` it drained about 40 % more messages a second.
    """
    sys.setswitchinterval(0.0005)


@db_task()
def deliver(pk: int) -> None:
    """Make one attempt to send this notification, unless it is not due or another worker has it."""
    notification = claims.claim(pk)
    if notification is None:
        return
    claims.settle(notification, _send(notification))
    if notification.state == State.QUEUED and notification.due_at:
        deliver.schedule((pk,), delay=max((notification.due_at - timezone.now()).total_seconds(), 0))


@db_periodic_task(crontab())
def sweep() -> None:
    """Every minute, and when a worker starts: queue what is due, whatever became of the queue or of other workers."""
    now = timezone.now()
    claims.release_stranded(now)
    room = max(LONGEST_QUEUE - HUEY.pending_count(), 0)
    for pk in Notification.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:room]:
        deliver(pk)


def _send(notification: Notification) -> Result:
    try:
        return get_channel(notification.channel).send(notification)
    except Exception as error:  # whatever goes wrong in a channel must not lose the message
        logger.exception("Notification %s could not be sent", notification.pk)
        return Postponed(_("A fault on our side: %(error)s") % {"error": repr(error)})
