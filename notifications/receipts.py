"""What a provider reports later about a message it has accepted: the last word on whether it arrived."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications.models import Attempt, Notification, Outcome, State
from notifications.signals import notification_changed

# An attempt only ever moves on: to each outcome from these. What arrives twice or out of order changes nothing.
BEFORE = {
    Outcome.ACCEPTED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED],
    Outcome.DELIVERED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED, Outcome.ACCEPTED],
    Outcome.REFUSED: [Outcome.STARTED, Outcome.INTERRUPTED, Outcome.POSTPONED, Outcome.ACCEPTED],
}


def receive(pk: int, attempt: int, outcome: Outcome, *, provider_id: str, reason: str = "") -> None:
    """Write down a report on one attempt: `outcome` is accepted, delivered or refused. Unknown attempts are ignored.

    A report may come before the answer that it reports on, or after a worker was killed waiting for that answer: then
    it is what tells that the message went out, and saves sending it twice.
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
                # An earlier attempt has been overtaken by the current one, which alone decides.
                row.filter(attempts=attempt, state__in=[State.SENDING, State.SENT]).update(
                    state=State.FAILED, due_at=None, failed_at=now, provider_id=provider_id, reason=reason
                )
    notification.refresh_from_db()
    notification_changed.send(sender=Notification, notification=notification)
