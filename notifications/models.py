"""The outbox: one row for each message to one recipient over one channel about one event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who is told."""

    HOST = "host", _("Host")
    VISITOR = "visitor", _("Visitor")


class State(models.TextChoices):
    """How far a notification has come."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")
    CANCELLED = "cancelled", _("Cancelled")


class Outcome(models.TextChoices):
    """What came of one attempt, in the order in which an attempt may move on."""

    STARTED = "started", _("Under way")
    INTERRUPTED = "interrupted", _("Interrupted")
    POSTPONED = "postponed", _("Not yet: tried again later")
    ACCEPTED = "accepted", _("Accepted by the provider")
    DELIVERED = "delivered", _("Delivered")
    REFUSED = "refused", _("Not delivered")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Vocabulary for choosing notifications, and the way to send some of them again."""

    def about(self, subject: models.Model) -> NotificationQuerySet:
        """Those about this object."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def outstanding(self) -> NotificationQuerySet:
        """Those that still wait to be sent, or are being sent."""
        return self.filter(state__in=["queued", "sending"])

    def due(self, now: datetime) -> NotificationQuerySet:
        """Those that a worker may take at `now`: their time has come, or the lease of their last worker has run out."""
        return self.outstanding().filter(due_at__lte=now)

    def overdue(self, by: timedelta) -> NotificationQuerySet:
        """Those that no worker has taken although they have been due for longer than `by`."""
        return self.due(timezone.now() - by)

    def failed(self) -> NotificationQuerySet:
        """Those that could not be delivered."""
        return self.filter(state="failed")

    def send_again(self) -> int:
        """Queue those of these that are no longer outstanding for a fresh round of attempts; how many that were.

        What was cancelled stays cancelled: it has become pointless.
        """
        from notifications import queue

        again = list(self.filter(state__in=["sent", "delivered", "failed"]).values_list("pk", flat=True))
        count = self.model.objects.filter(pk__in=again, state__in=["sent", "delivered", "failed"]).update(
            state=State.QUEUED, tries=0, withdrawn=False, due_at=timezone.now(), reason="", failed_at=None
        )
        queue.after_commit(self.model.objects.filter(pk__in=again))
        return count


class Notification(models.Model):
    """One message to one recipient over one channel about one event of one object (its *subject*).

    The message is kept as the name of its template and the facts it is filled with, so that every channel renders it
    in its own way, and the host panel shows what was said.

    `due_at` is when a worker may take the row: the next attempt of a queued one, the end of the lease of one that is
    being sent, None for all others. `attempts` only ever grows, so that it tells one holder of the row from the next;
    `tries` counts the attempts since the message was last queued by a person, and so paces the pauses.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    subject = GenericForeignKey()
    event = models.SlugField(_("event"), max_length=40, db_index=False)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience)
    channel = models.CharField(_("channel"), max_length=20)
    recipient = models.CharField(_("recipient"), max_length=320)
    template = models.CharField(_("template"), max_length=60)
    facts = models.JSONField(_("facts"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    tries = models.PositiveIntegerField(_("attempts since last queued"), default=0)
    due_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    provider_id = models.CharField(_("provider’s id"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    failed_at = models.DateTimeField(_("failed at"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        permissions = [("send_again_notification", _("Can send notifications again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "event", "audience", "channel"], name="told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "sending"]), name="notification_outstanding"
            ),
            models.Index(fields=["-failed_at"], condition=Q(state="failed"), name="notification_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient} ({self.channel})"

    def rendered(self) -> str:
        """The message as its recipient reads it, in plain text."""
        from notifications.channels import get_channel

        return get_channel(self.channel).render(self)


class Attempt(models.Model):
    """One attempt to send a notification: when, what came of it, and what the provider said."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="history", verbose_name=_("notification")
    )
    number = models.PositiveIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.STARTED)
    provider_id = models.CharField(_("provider’s id"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["notification", "number"], name="attempt_number_unique")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_outcome_display()}"
