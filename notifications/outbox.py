"""The transactional outbox, which other apps call to notify people.

Nothing is sent here. A notice becomes a row in the caller's transaction, and a worker sends it after commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import allowance
from notifications.addresses import present_address
from notifications.models import Audience, Notification, NotificationQuerySet, State, Withheld
from notifications.queue import enqueue_new_on_commit, enqueue_on_commit
from notifications.signals import notification_changed

# Between two times that a person sends one message again.
PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Notice:
    """One message to be sent: its event, its audience, its channel and its text.

    `recipient` is an address of the channel, such as an email address or an E.164 number. `context` is the template's
    context: texts and numbers; moments as ISO 8601 in keys that end in `_at`. `occurrence` distinguishes several times
    of one event. `delay` is how long to wait before sending, at most `retries.MAX_DELAY`; a notice that is cancelled in
    this time is never sent. At most `most` of one event go to this audience over this channel.
    """

    event: str
    audience: Audience
    channel: str
    recipient: str
    template: str
    context: dict[str, Any]
    occurrence: str = ""
    delay: timedelta = timedelta()
    most: int | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from every other notice about the same subject."""
        return self.event, self.occurrence, self.audience, self.channel


@dataclass(frozen=True)
class SentAgain:
    """What became of messages that were to be sent again: those that are being sent; the number of those for which it
    is too soon, and of those whose person has no address any more; and why the others are held back.
    """

    sent: Sequence[Notification]
    too_soon: int
    unreachable: int
    withheld: Sequence[Withheld]

    @property
    def queued(self) -> int:
        """The number of those that are being sent."""
        return len(self.sent)

    @property
    def problems(self) -> set[str]:
        """Why some were not queued, in sentences."""
        waiting = {_("A message can be sent again a minute after the last time.")} if self.too_soon else set()
        nowhere = {_("There is no such address of this person any more.")} if self.unreachable else set()
        return waiting | nowhere | {f"{reason.label}." for reason in self.withheld}


def record(subject: models.Model, notices: Iterable[Notice], *, is_new: bool = False) -> None:
    """Ensure that each of these notices about `subject` is recorded, and queue the new ones after commit.

    This is idempotent: a notice with the same event, occurrence, audience and channel is recorded once. One that a
    limit holds back is recorded with the reason, and not sent. A subject that `is_new`, because the present transaction
    has inserted it, has none yet, and nobody else can record any.
    """
    content_type, now = ContentType.objects.get_for_model(subject), timezone.now()
    notices = list(notices)
    known = {} if is_new else _recorded(subject, {notice.event for notice in notices})
    new = [notice for notice in notices if notice.key not in known]
    repeated = [_is_repeated(notice, known) for notice in new]
    counted = iter(allowance.reasons([notice for notice, too_many in zip(new, repeated, strict=True) if not too_many]))
    rows = []
    for notice, too_many in zip(new, repeated, strict=True):
        withheld = Withheld.REPEATED if too_many else next(counted)
        rows.append(
            Notification(
                content_type=content_type,
                object_id=subject.pk,
                event=notice.event,
                occurrence=notice.occurrence,
                audience=notice.audience,
                channel=notice.channel,
                recipient=notice.recipient,
                template=notice.template,
                context={key: _storable(value) for key, value in notice.context.items()},
                state=State.WITHHELD if withheld else State.QUEUED,
                withheld=withheld or "",
                due_at=None if withheld else now + notice.delay,
            )
        )
    if is_new:
        enqueue_new_on_commit(Notification.objects.bulk_create(rows))
    elif rows:
        # Django does not say which of them another transaction had recorded before.
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        enqueue_on_commit(Notification.objects.about(subject).filter(attempts=0))


def _recorded(subject: models.Model, events: Collection[str]) -> dict[tuple[str, str, str, str], str]:
    """The state of each notification about `subject` and one of these events, by its notice's key."""
    rows = Notification.objects.about(subject).filter(event__in=events) if events else Notification.objects.none()
    fields = ("event", "occurrence", "audience", "channel", "state")
    return {row[:4]: row[4] for row in rows.values_list(*fields)}


def _is_repeated(notice: Notice, known: Mapping[tuple[str, str, str, str], str]) -> bool:
    """Whether as many of its event have gone to its audience over its channel as it allows."""
    idle = {State.CANCELLED, State.WITHHELD}
    kind = (notice.event, notice.audience, notice.channel)
    sent = sum((key[0], key[2], key[3]) == kind and state not in idle for key, state in known.items())
    return notice.most is not None and sent >= notice.most


def _storable(value: Any) -> Any:
    """The value without NUL, the one character that PostgreSQL cannot store in text."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def cancel(notifications: NotificationQuerySet) -> None:
    """Withdraw those of these that have not been sent, because they are no longer relevant.

    A message that a worker is sending at this moment, or that the provider has, may still arrive, but is not retried.
    """
    with transaction.atomic():
        notifications.filter(state=State.SENT).update(withdrawn=True)
        withdrawn = list(notifications.outstanding().select_for_update())
        pks = [notification.pk for notification in withdrawn]
        Notification.objects.filter(pk__in=pks, state=State.SENDING).update(withdrawn=True)
        Notification.objects.filter(pk__in=pks, state=State.QUEUED).update(state=State.CANCELLED, due_at=None)
    for notification in withdrawn:
        if notification.state == State.QUEUED:
            notification.state = State.CANCELLED
            notification_changed.send(sender=Notification, notification=notification)


def send_again(notifications: NotificationQuerySet) -> SentAgain:
    """Queue those of these with which the workers have finished, or never began, for a new round of attempts.

    Each goes to the address that its person has now. Cancelled ones stay cancelled, because they are no longer
    relevant. Each counts as a new message for the limits, and waits for `PAUSE` after it was last sent again.
    """
    now = timezone.now()
    closed = list(notifications.closed().prefetch_related("subject"))
    rested = [each for each in closed if not each.sent_again_at or each.sent_again_at <= now - PAUSE]
    for each in rested:
        each.recipient = present_address(each)
    reachable = [each for each in rested if each.recipient]
    reasons = allowance.reasons(reachable)
    queued = [
        each for each, withheld in zip(reachable, reasons, strict=True) if not withheld and _queue_again(each, now)
    ]
    enqueue_on_commit(Notification.objects.filter(pk__in=[each.pk for each in queued]))
    return SentAgain(
        sent=queued,
        too_soon=len(closed) - len(rested),
        unreachable=len(rested) - len(reachable),
        withheld=[reason for reason in reasons if reason],
    )


def _queue_again(notification: Notification, now: datetime) -> bool:
    """Queue it for its present recipient, unless somebody else has just done so."""
    rested = Q(sent_again_at=None) | Q(sent_again_at__lte=now - PAUSE)
    return bool(
        Notification.objects.closed()
        .filter(rested, pk=notification.pk)
        .update(
            recipient=notification.recipient,
            state=State.QUEUED,
            attempts_this_round=0,
            withdrawn=False,
            withheld="",
            due_at=now,
            reason="",
            failed_at=None,
            sent_again_at=now,
        )
    )
