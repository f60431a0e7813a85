"""Leases on notifications: a worker claims a row, sends the message, and records the result.

Every change is one conditional UPDATE, so that two workers never hold the same row. When a worker is killed, its lease
expires and another worker claims the row. If the first worker is still running and records its result late, the UPDATE
matches no row, because `attempts` has increased, and changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from core.tokens import masked
from notifications import retries
from notifications.models import Attempt, Notification, NotificationQuerySet, Outcome, State
from notifications.results import Accepted, HeldBack, Kept, Postponed, Refused, Result
from notifications.signals import notification_changed

# As long as the longest attempt: twelve responses of a mail server at ten seconds each (EMAIL_TIMEOUT).
LEASE = timedelta(minutes=2)


def claim(pk: int) -> Notification | None:
    """Claim this notification for one attempt; None when it is not due or another worker holds the lease."""
    now = timezone.now()
    with transaction.atomic():
        taken = (
            Notification.objects.due(now)
            .filter(pk=pk, withdrawn=False)
            .update(
                state=State.SENDING,
                due_at=now + LEASE,
                attempts=F("attempts") + 1,
                attempts_this_round=F("attempts_this_round") + 1,
            )
        )
        if not taken:
            return None
        notification = Notification.objects.get(pk=pk)
        if notification.attempts > 1:
            _interrupt(notification, now)
        Attempt.objects.create(notification=notification, number=notification.attempts, started_at=now)
    notification_changed.send(sender=Notification, notification=notification)
    return notification


def settle(notification: Notification, result: Result) -> None:
    """Record the result of the attempt that `notification` was claimed for.

    A provider may repeat a part of the message in its reason, which people read in the panel: its links are masked.
    """
    now = timezone.now()
    held = Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=notification.attempts)
    with transaction.atomic():
        match result:
            case Accepted(provider_id):
                outcome, reason = Outcome.ACCEPTED, ""
                changed = held.update(
                    state=State.SENT, due_at=None, sent_at=now, provider_id=provider_id, reason=reason
                )
            case Kept(said):
                provider_id, outcome, reason = "", Outcome.KEPT, said
                changed = held.update(state=State.KEPT, due_at=None, provider_id="", reason=reason)
            case Refused(said):
                provider_id, outcome, reason = "", Outcome.REFUSED, masked(said)
                changed = held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
            case HeldBack(why):
                provider_id, outcome, reason = "", Outcome.WITHHELD, str(why.label)
                changed = held.update(state=State.WITHHELD, due_at=None, withheld=why, reason="")
            case Postponed(said, after):
                provider_id, outcome, reason = "", Outcome.POSTPONED, masked(said)
                changed = postpone(held, now, notification.attempts_this_round, reason, after)
        Attempt.objects.filter(
            notification=notification, number=notification.attempts, outcome__in=[Outcome.STARTED, Outcome.INTERRUPTED]
        ).update(outcome=outcome, ended_at=now, provider_id=provider_id, reason=reason)
        if changed:
            # Within the transaction, since the row may be deleted right after it.
            notification.refresh_from_db()
    if changed:
        notification_changed.send(sender=Notification, notification=notification)


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
        _interrupt(notification, now)
        if changed:
            notification.refresh_from_db()
    if changed:
        notification_changed.send(sender=Notification, notification=notification)


def _interrupt(notification: Notification, now: datetime) -> None:
    notification.history.filter(outcome=Outcome.STARTED).update(outcome=Outcome.INTERRUPTED, ended_at=now)
