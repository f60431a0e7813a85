"""The outbox: one row for each message to one recipient over one channel about one event."""

from __future__ import annotations

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


class Notification(models.Model):
    """One message to one recipient over one channel about one event of one object (its *subject*).

    The message is kept as the name of its template and the facts it is filled with, so that every channel renders it
    in its own way, and the host panel shows what was said.
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
    due_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    leased_until = models.DateTimeField(_("leased until"), null=True)
    provider_id = models.CharField(_("provider’s id"), max_length=100, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    failed_at = models.DateTimeField(_("failed at"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
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
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="notification_provider_id"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient} ({self.channel})"
