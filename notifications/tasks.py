"""The tasks of the workers: delivery and the periodic sweep."""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from contextlib import suppress
from itertools import repeat

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from huey import crontab
from huey.contrib.djhuey import HUEY, db_periodic_task, db_task

from notifications import claims, stops
from notifications.channels import get_channel
from notifications.models import Notification, State, Stop, Withheld
from notifications.pace import Pace
from notifications.results import HeldBack, Postponed, Result

logger = logging.getLogger(__name__)

# The sweep fills the queue up to this length, so that a long backlog is not queued again every minute.
MAX_QUEUE_LENGTH = 5000


# What this process has claimed and not begun to send. All of its threads take from it, so that nothing waits behind a
# message that is stuck.
_in_hand: deque[tuple[Notification, bool, float]] = deque()
_pace = Pace()


@db_task()
def deliver(pk: int) -> None:
    """Make one attempt to send this notification, unless it is not due or another worker holds its lease.

    While much is waiting, it takes a few others along that are due, each to its own attempt: claiming several costs
    about as much as claiming one.
    """
    _send_what_is_in_hand()
    quick = _pace.quick()
    others = min([_share(), *(size - 1 for size in quick.values())]) if quick else 0
    taken = claims.take(pk, quick, others)
    # Since they were recorded, when the same was asked, they may have waited for hours.
    stopped = stops.holds_back(taken)
    _in_hand.extend(zip(taken, stopped, repeat(time.monotonic())))
    _send_what_is_in_hand()


def _share() -> int:
    """How many more of what waits in the queue one thread takes, so that all threads have some."""
    return HUEY.pending_count() // settings.HUEY["consumer"]["workers"]


def _send_what_is_in_hand() -> None:
    while _in_hand:
        with suppress(IndexError):  # Another thread may have taken the last.
            _attempt(*_in_hand.popleft())


def _attempt(notification: Notification, is_stopped: bool, claimed_at: float) -> None:
    """Send a claimed notification and record what came of it, unless it has waited for so long that it is lost."""
    began = time.monotonic()
    if began - claimed_at > claims.MAX_WAIT.total_seconds():
        if not claims.renew(notification):
            return
        [is_stopped] = stops.holds_back([notification])
    result = HeldBack(Withheld.STOPPED) if is_stopped else _send(notification)
    claims.settle(notification, result)
    _pace.note(notification.channel, time.monotonic() - began)
    if notification.state == State.QUEUED and notification.due_at:
        deliver.schedule((notification.pk,), delay=max((notification.due_at - timezone.now()).total_seconds(), 0))


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
    try:
        return get_channel(notification.channel).send(notification)
    except Exception as error:  # noqa: BLE001  no exception of a channel may lose the message
        # Where it happened and of what kind it is, but not what it says, which may name a person.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Notification %s could not be sent: %s at\n%s", notification.pk, type(error).__name__, where)
        return Postponed(_("A fault on our side: %(error)s") % {"error": repr(error)})
