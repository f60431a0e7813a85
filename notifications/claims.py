"""Who may send a notification: a worker takes the row, sends, and writes down what came of it.

Every change is one conditional UPDATE, so that no two workers ever hold the same row. A worker that is killed leaves
its lease behind; when that runs out, the row is taken again. What a worker that was thought dead writes afterwards
finds the row in other hands (`attempts` has grown) and changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import retries
from notifications.models import Attempt, Notification, NotificationQuerySet, Outcome, State
from notifications.results import Accepted, Postponed, Refused, Result
from notifications.signals import notification_changed

# Longer than any one attempt can last: eleven answers of a mail server at ten seconds each (EMAIL_TIMEOUT).
LEASE = timedelta(minutes=2)


def claim(pk: int) -> Notification | None:
    """Take this notification for one attempt; None when it is not due or somebody else has it."""
    now = timezone.now()
    with transaction.atomic():
        taken = (
            Notification.objects.due(now)
            .filter(pk=pk, withdrawn=False)
            .update(state=State.SENDING, due_at=now + LEASE, attempts=F("attempts") + 1, tries=F("tries") + 1)
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
    """Write down what came of the attempt that `notification` was claimed for."""
    now = timezone.now()
    held = Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=notification.attempts)
    with transaction.atomic():
        match result:
            case Accepted(provider_id):
                outcome, reason = Outcome.ACCEPTED, ""
                changed = held.update(
                    state=State.SENT, due_at=None, sent_at=now, provider_id=provider_id, reason=reason
                )
            case Refused(reason):
                provider_id, outcome = "", Outcome.REFUSED
                changed = held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
            case Postponed(reason, after):
                provider_id, outcome = "", Outcome.POSTPONED
                changed = _postpone(held, now, notification.tries, reason, after)
        Attempt.objects.filter(
            notification=notification, number=notification.attempts, outcome__in=[Outcome.STARTED, Outcome.INTERRUPTED]
        ).update(outcome=outcome, ended_at=now, provider_id=provider_id, reason=reason)
    if changed:
        notification.refresh_from_db()
        notification_changed.send(sender=Notification, notification=notification)


def _postpone(held: NotificationQuerySet, now: datetime, tries: int, reason: str, after: timedelta | None) -> int:
    if tries >= retries.MOST_TRIES:
        return held.update(state=State.FAILED, due_at=None, failed_at=now, reason=reason)
    due_at = now + retries.pause(tries, after)
    return held.update(
        state=Case(When(withdrawn=True, then=Value(State.CANCELLED)), default=Value(State.QUEUED)),
        due_at=Case(When(withdrawn=True, then=None), default=due_at),
        reason=reason,
    )


def release_stranded(now: datetime) -> None:
    """Repair what no worker will come back for.

    A wall clock that was set back leaves times too far ahead: they are pulled in, a lease by a whole lease, since its
    worker may still be at work.
    """
    Notification.objects.outstanding().filter(
        Q(state=State.SENDING, due_at__gt=now + LEASE)
        | Q(state=State.QUEUED, due_at__gt=now + retries.LONGEST_PAUSE)
        | Q(state=State.QUEUED, due_at__gt=now, attempts=0)
    ).update(due_at=Case(When(state=State.SENDING, then=now + LEASE), default=now))
    over = Q(withdrawn=True) | Q(tries__gte=retries.MOST_TRIES)
    for notification in Notification.objects.due(now).filter(over, state=State.SENDING):
        _give_up(notification, now)


def _give_up(notification: Notification, now: datetime) -> None:
    """Close a notification whose last worker was interrupted and that nobody should take again."""
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
        notification_changed.send(sender=Notification, notification=notification)


def _interrupt(notification: Notification, now: datetime) -> None:
    notification.history.filter(outcome=Outcome.STARTED).update(outcome=Outcome.INTERRUPTED, ended_at=now)
