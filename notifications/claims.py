"""Leases on notifications: a worker claims a row, sends the message, and records the result.

Every change is one conditional UPDATE, so that two workers never hold the same row. When a worker is killed, its lease
expires and another worker claims the row. If the first worker is still running and records its result late, the UPDATE
matches no row, because `attempts` has increased, and changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tokens import masked
from notifications import retries, sql
from notifications.models import Attempt, Notification, NotificationQuerySet, Outcome, State
from notifications.results import Accepted, HeldBack, Kept, Postponed, Refused, Result
from notifications.signals import notification_changed

# The longest attempt: twelve responses of a mail server at ten seconds each (EMAIL_TIMEOUT).
LONGEST_ATTEMPT = timedelta(minutes=2)
# How long a worker may hold a message before its attempt begins, without asking whether it still has it (`renew`).
MAX_WAIT = timedelta(seconds=5)
LEASE = LONGEST_ATTEMPT + MAX_WAIT
# SQLite lets one write at a time, and whoever finds it locked looks again after a sleep of up to a tenth of a second.
# The threads of a worker rather wait for each other here.
_turn = threading.Lock()


def claim(pk: int) -> Notification | None:
    """Claim this notification for one attempt; None when it is not due or another worker holds the lease."""
    return next(iter(take(pk)), None)


def take(pk: int, channels: Collection[str] = (), others: int = 0) -> list[Notification]:
    """Claim this notification for one attempt, unless it is not due or another worker holds its lease, and up to
    `others` more of these channels that are due, the longest due first. This one is the first of them.
    """
    now = timezone.now()
    if connection.features.has_select_for_update_skip_locked:
        statement = sql.take_in_one(len(channels))
        taken = list(Notification.objects.raw(statement, [pk, now, now, *channels, pk, others, now + LEASE, now, now]))
    else:
        with _turn, transaction.atomic():
            at, until = map(connection.ops.adapt_datetimefield_value, (now, now + LEASE))
            taken = list(Notification.objects.raw(sql.take(len(channels)), [until, pk, at, at, *channels, pk, others]))
            again = [each.pk for each in taken if each.attempts > 1]
            if again:
                _interrupt(Attempt.objects.filter(notification__in=again), now)
            with connection.cursor() as cursor:
                cursor.executemany(sql.START, [(each.pk, each.attempts, at) for each in taken])
    taken.sort(key=lambda each: (each.pk != pk, each.pk))
    for notification in taken:
        notification_changed.send(sender=Notification, notification=notification)
    return taken


def renew(notification: Notification) -> bool:
    """Begin the lease of a claimed notification anew; False when another worker has it, or it has become pointless."""
    held = Notification.objects.filter(
        pk=notification.pk, state=State.SENDING, attempts=notification.attempts, withdrawn=False
    )
    return bool(held.update(due_at=timezone.now() + LEASE))


def settle(notification: Notification, result: Result) -> None:
    """Record the result of the attempt that `notification` was claimed for.

    A provider may repeat a part of the message in its reason, which people read in the panel: its links are masked.
    """
    now = timezone.now()
    if isinstance(result, Accepted):
        changed = _accept(notification, result.provider_id, now)
    else:
        changed = _settle(notification, result, now)
    if changed:
        notification_changed.send(sender=Notification, notification=notification)


def _accept(notification: Notification, provider_id: str, now: datetime) -> bool:
    """Record that the provider has accepted it, which is what happens to nearly all; whether it was still claimed."""
    pk, number = notification.pk, notification.attempts
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update:
            cursor.execute(sql.ACCEPT_IN_ONE, [pk, now, provider_id, number, now, provider_id, number])
            row = cursor.fetchone()
        else:
            at = connection.ops.adapt_datetimefield_value(now)
            with _turn, transaction.atomic():
                cursor.execute(sql.NOTE, [at, provider_id, pk, number])
                cursor.execute(sql.ACCEPT, [at, provider_id, pk, number])
                row = cursor.fetchone()
    if row is None:
        return False
    notification.state, notification.due_at, notification.sent_at = State.SENT, None, now
    notification.provider_id, notification.reason, notification.withdrawn = provider_id, "", bool(row[0])
    return True


def _settle(notification: Notification, result: Kept | Refused | HeldBack | Postponed, now: datetime) -> bool:
    """Record any other result; whether it was still claimed."""
    held = Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=notification.attempts)
    with transaction.atomic():
        match result:
            case Kept(said):
                outcome, reason = Outcome.KEPT, said
                changed = held.update(state=State.KEPT, due_at=None, provider_id="", reason=reason)
            case Refused(said):
                outcome, reason = Outcome.REFUSED, masked(said)
                changed = held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
            case HeldBack(why):
                outcome, reason = Outcome.WITHHELD, str(why.label)
                changed = held.update(state=State.WITHHELD, due_at=None, withheld=why, reason="")
            case Postponed(said, after):
                outcome, reason = Outcome.POSTPONED, masked(said)
                changed = postpone(held, now, notification.attempts_this_round, reason, after)
        Attempt.objects.filter(
            notification=notification, number=notification.attempts, outcome__in=[Outcome.STARTED, Outcome.INTERRUPTED]
        ).update(outcome=outcome, ended_at=now, provider_id="", reason=reason)
        if changed:
            # Within the transaction, since the row may be deleted right after it.
            notification.refresh_from_db()
    return bool(changed)


def postpone(
    held: NotificationQuerySet, now: datetime, attempts: int, reason: str, after: timedelta | None = None
) -> int:
    """Queue them for another attempt, after `attempts` of this round; the number of rows.

    Fails them when those were enough, and cancels the withdrawn.
    """
    if attempts >= retries.MAX_ATTEMPTS:
        return held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
    due_at = now + retries.pause(attempts, after)
    return held.update(
        state=Case(When(withdrawn=True, then=Value(State.CANCELLED)), default=Value(State.QUEUED)),
        due_at=Case(When(withdrawn=True, then=None), default=due_at),
        reason=reason,
    )


def release_stranded(now: datetime) -> None:
    """Repair notifications that no worker would otherwise process again.

    When the system clock was set back, some times are too far in the future. A queued notification becomes due now; a
    lease is shortened to one full lease from now, because its worker may still be sending. Notifications whose lease
    has expired after the last attempt or a withdrawal are closed.
    """
    Notification.objects.outstanding().filter(
        Q(state=State.SENDING, due_at__gt=now + LEASE)
        | Q(state=State.QUEUED, due_at__gt=now + retries.MAX_PAUSE)
        | Q(state=State.QUEUED, due_at__gt=now + retries.MAX_DELAY, attempts=0)
    ).update(due_at=Case(When(state=State.SENDING, then=now + LEASE), default=now))
    over = Q(withdrawn=True) | Q(attempts_this_round__gte=retries.MAX_ATTEMPTS)
    for notification in Notification.objects.due(now).filter(over, state=State.SENDING):
        _give_up(notification, now)


def _give_up(notification: Notification, now: datetime) -> None:
    """Close a notification whose last worker was interrupted and that no worker should claim again."""
    held = Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=notification.attempts)
    with transaction.atomic():
        if notification.withdrawn:
            changed = held.update(state=State.CANCELLED, due_at=None)
        else:
            reason = _("Each worker that took it was interrupted")
            changed = held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
        _interrupt(notification.history.all(), now)
        if changed:
            notification.refresh_from_db()
    if changed:
        notification_changed.send(sender=Notification, notification=notification)


def _interrupt(attempts: models.QuerySet[Attempt], now: datetime) -> None:
    attempts.filter(outcome=Outcome.STARTED).update(outcome=Outcome.INTERRUPTED, ended_at=now)
