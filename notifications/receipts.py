"""Delivery receipts: a provider's later report on whether a message that it accepted has arrived."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import claims
from notifications.models import Attempt, Notification, Outcome, State
from notifications.queue import enqueue_on_commit
from notifications.signals import notification_changed

# Each outcome may replace only these, so that duplicate and out-of-order reports change nothing.
BEFORE = {
    Outcome.ACCEPTED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED],
    Outcome.DELIVERED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED, Outcome.ACCEPTED],
    Outcome.REFUSED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED, Outcome.ACCEPTED],
    Outcome.POSTPONED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.ACCEPTED],
}


def receive(pk: int, attempt: int, outcome: Outcome, *, provider_id: str, reason: str = "") -> None:
    """Record a report on one attempt: `outcome` is accepted, delivered, refused, or postponed for a message that has
    certainly not arrived, and may when it is sent anew. Unknown attempts are ignored.

    A report may arrive before the provider's response to the request, or after the worker that waited for this response
    was killed: then the report shows that the message was sent, and prevents a second one.
    """
    now = timezone.now()
    with transaction.atomic():
        notification = Notification.objects.select_for_update().filter(pk=pk).first()
        moved = notification and Attempt.objects.filter(
            notification=notification, number=attempt, outcome__in=BEFORE[outcome]
        ).update(outcome=outcome, ended_at=now, provider_id=provider_id, reason=reason)
        if not notification or not moved:
            return
        row = Notification.objects.filter(pk=pk)
        match outcome:
            case Outcome.ACCEPTED:
                row.filter(state__in=[State.QUEUED, State.SENDING]).update(
                    state=State.SENT, due_at=None, sent_at=now, provider_id=provider_id, reason=""
                )
            case Outcome.DELIVERED:
                row.exclude(state=State.DELIVERED).update(
                    state=State.DELIVERED,
                    due_at=None,
                    sent_at=Coalesce("sent_at", now),
                    delivered_at=now,
                    failed_at=None,
                    provider_id=provider_id,
                    reason="",
                )
            case _:
                # Only the current attempt decides the state; reports on earlier attempts do not.
                current = row.filter(attempts=attempt, state__in=[State.SENDING, State.SENT])
                if outcome == Outcome.POSTPONED:
                    claims.postpone(current, now, notification.attempts_this_round, reason)
                    enqueue_on_commit(row)
                else:
                    current.update(
                        state=State.FAILED, due_at=None, failed_at=now, provider_id=provider_id, reason=reason
                    )
        notification.refresh_from_db()
    notification_changed.send(sender=Notification, notification=notification)
