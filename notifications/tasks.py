"""The tasks of the workers: delivery and the periodic sweep."""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from itertools import repeat
from typing import NamedTuple

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


class _Held(NamedTuple):
    """A claimed notification, whether its owner has stopped it, and when it was claimed (`time.monotonic`)."""

    notification: Notification
    is_stopped: bool
    claimed_at: float


# What this process has claimed and not begun to send. All threads take from it, so that nothing waits behind a message
# that is stuck.
_in_hand: deque[_Held] = deque()
_pace = Pace()


@db_task()
def deliver(pk: int) -> None:
    """Make one attempt to send this notification, unless it is not due or another worker holds its lease.

    While more waits than there are threads, others that are due are taken along, each to an attempt of its own: to
    claim several costs about as much as to claim one.
    """
    _send_what_is_in_hand()
    quick = _pace.quick()
    others = min(_share(), min(quick.values()) - 1) if quick else 0
    claimed_at = time.monotonic()
    taken = claims.take(pk, quick, others)
    # Since they were recorded, when the same was asked, they may have waited for hours.
    stopped = stops.holds_back(taken)
    _in_hand.extend(map(_Held, taken, stopped, repeat(claimed_at)))
    _send_what_is_in_hand()


def _share() -> int:
    """How many of what waits in the queue are one thread’s, when all threads have as many."""
    return int(HUEY.pending_count()) // settings.WORKER_THREADS


def _send_what_is_in_hand() -> None:
    while held := _next_in_hand():
        _attempt(held)


def _next_in_hand() -> _Held | None:
    try:
        return _in_hand.popleft()
    except IndexError:
        return None


def _attempt(held: _Held) -> None:
    """Send a claimed notification and record what came of it, unless it has waited so long that another has it."""
    notification, is_stopped, claimed_at = held
    if time.monotonic() - claimed_at > claims.MAX_WAIT.total_seconds():
        if not claims.renew(notification):
            return
        [is_stopped] = stops.holds_back([notification])
    claims.settle(notification, HeldBack(Withheld.STOPPED) if is_stopped else _send(notification))
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
    began = time.monotonic()
    try:
        return get_channel(notification.channel).send(notification)
    except Exception as error:  # noqa: BLE001  no exception of a channel may lose the message
        # Where it happened and of what kind it is, but not what it says, which may name a person.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Notification %s could not be sent: %s at\n%s", notification.pk, type(error).__name__, where)
        return Postponed(_("A fault on our side: %(error)s") % {"error": repr(error)})
    finally:
        _pace.note(notification.channel, time.monotonic() - began)
