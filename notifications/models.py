"""The outbox: one row for each message to one recipient over one channel about one event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.digests import DIGEST_LENGTH
from notifications.titles import title_of

# A message that is on its way for longer is late: a worker claims it within a second, a provider answers in a few more.
LATE_AFTER = timedelta(minutes=2)


class Audience(models.TextChoices):
    """Who is notified."""

    HOST = "host", _("Host")
    VISITOR = "visitor", _("Visitor")
    RECEPTION = "reception", _("Reception")


class State(models.TextChoices):
    """The delivery state of a notification.

    What the provider has accepted is `SENT`. `KEPT` has gone to nobody, because no provider is set up: it was written
    to the console, or to another place on this machine.
    """

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    KEPT = "kept", _("Kept here")
    FAILED = "failed", _("Not delivered")
    CANCELLED = "cancelled", _("Cancelled")
    WITHHELD = "withheld", _("Held back")


OUTSTANDING = frozenset({State.QUEUED, State.SENDING})
ACCEPTED = frozenset({State.SENT, State.DELIVERED})
CLOSED = ACCEPTED | {State.KEPT, State.FAILED, State.WITHHELD}


class Withheld(models.TextChoices):
    """Why a message was held back, though nothing is wrong with it."""

    RECIPIENT = "recipient", _("This number or email has had as many messages as the limits allow")
    OFFICE = "office", _("As many have gone out as the limits of the office allow for now")
    REPEATED = "repeated", _("This visit has had as many messages of this kind as it may")
    COUNTRY = "country", _("The office does not text numbers of this country")
    SERVICE = "service", _("Texts to this kind of number cost more")
    STOPPED = "stopped", _("Its owner has asked for no more messages today")


class Outcome(models.TextChoices):
    """The outcome of one attempt, in the order in which an attempt may change."""

    STARTED = "started", _("Under way")
    INTERRUPTED = "interrupted", _("Interrupted")
    POSTPONED = "postponed", _("Not yet: tried again later")
    ACCEPTED = "accepted", _("Accepted by the provider")
    DELIVERED = "delivered", _("Delivered")
    KEPT = "kept", _("Kept here")
    REFUSED = "refused", _("Not delivered")
    WITHHELD = "withheld", _("Held back")


# Since when one has been on its way (`Notification.queued_since`).
QUEUED_SINCE = Coalesce("sent_again_at", "created_at")


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Queries for notifications."""

    def about(self, subject: models.Model) -> NotificationQuerySet:
        """Those about this object."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def of_kind(self, model: type[models.Model]) -> NotificationQuerySet:
        """Those about objects of this model."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def outstanding(self) -> NotificationQuerySet:
        """Those that are queued or being sent."""
        return self.filter(state__in=OUTSTANDING)

    def unsettled(self) -> NotificationQuerySet:
        """Those that may still go out, or go out anew once their provider reports that it could not send them."""
        return self.filter(state__in=[State.QUEUED, State.SENDING, State.SENT])

    def due(self, now: datetime) -> NotificationQuerySet:
        """Those that a worker may claim at `now`: their next attempt is due, or the last worker's lease has expired."""
        return self.outstanding().filter(due_at__lte=now)

    def late(self) -> NotificationQuerySet:
        """Those that are late, longest first (see `Notification.is_late`)."""
        late = self.outstanding().filter(withdrawn=False).alias(queued_at=QUEUED_SINCE)
        return late.filter(queued_at__lte=timezone.now() - LATE_AFTER).order_by(QUEUED_SINCE, "pk")

    def accepted(self) -> NotificationQuerySet:
        """Those that a provider has accepted, and has not given back since: their people count as told."""
        return self.filter(state__in=ACCEPTED)

    def failed(self) -> NotificationQuerySet:
        """Those that could not be delivered."""
        return self.filter(state=State.FAILED)

    def withheld(self) -> NotificationQuerySet:
        """Those that were held back."""
        return self.filter(state=State.WITHHELD)

    def closed(self) -> NotificationQuerySet:
        """Those with which the workers have finished, or never began; not the cancelled ones."""
        return self.filter(state__in=CLOSED)


class Notification(models.Model):
    """One message to one recipient over one channel about one event of one object (its *subject*).

    The message is stored as the name of its template and the template's context, so that every channel renders it in
    its own way and the host panel shows its text. When an event may happen several times to one object, `occurrence`
    distinguishes the times, for example by a date or an id.

    `due_at` is when a worker may claim the row: the next attempt of a queued one, the end of the lease of one that is
    being sent, None for all others. `attempts` only increases, so that it identifies the current lease.
    `attempts_this_round` counts the attempts since a person last queued the message, at `sent_again_at`, and determines
    the pauses. `withheld` is why one that is held back is not sent.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    subject = GenericForeignKey()
    event = models.SlugField(_("event"), max_length=20, db_index=False)
    occurrence = models.CharField(_("occurrence"), max_length=40, blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience)
    channel = models.CharField(_("channel"), max_length=20)
    recipient = models.CharField(_("recipient"), max_length=320)
    template = models.CharField(_("template"), max_length=60)
    context = models.JSONField(_("context"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    attempts_this_round = models.PositiveIntegerField(_("attempts since last queued"), default=0)
    due_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    provider_id = models.CharField(_("provider’s id"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    withheld = models.CharField(_("held back"), max_length=10, choices=Withheld, blank=True)
    created_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    failed_at = models.DateTimeField(_("failed at"), null=True)
    sent_again_at = models.DateTimeField(_("sent again at"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("send_again_notification", _("Can send notifications again")),
            ("see_delivery_notification", _("Can see whether notifications were delivered")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "event", "occurrence", "audience", "channel"], name="told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=[State.QUEUED, State.SENDING]), name="notification_outstanding"
            ),
            models.Index(fields=["-failed_at"], condition=Q(state=State.FAILED), name="notification_failed"),
            models.Index(fields=["-created_at"], condition=Q(state=State.WITHHELD), name="notification_withheld"),
        ]

    def __str__(self) -> str:
        return f"{self.title} → {self.recipient}"

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return title_of(self.template)

    @property
    def is_undelivered(self) -> bool:
        """Whether nobody got it, and nothing more is tried until somebody sends it again."""
        return self.state in CLOSED - ACCEPTED

    @property
    def queued_since(self) -> datetime:
        """When it was recorded or, after that, last sent again."""
        return self.sent_again_at or self.created_at

    @property
    def is_late(self) -> bool:
        """Whether it has been on its way for `LATE_AFTER` since it was recorded or last sent again, whatever the
        reason: no worker runs, or the provider does not take it and it is tried again. `why` has what the provider said
        last, if it was asked.
        """
        on_its_way = self.state in OUTSTANDING and not self.withdrawn
        return on_its_way and self.queued_since <= timezone.now() - LATE_AFTER

    @property
    def was_accepted(self) -> bool:
        """Whether a provider has accepted it, and has not given it back since: its recipient counts as told."""
        return self.state in ACCEPTED

    @property
    def why(self) -> str:
        """Why it has not arrived, in the provider's words, or why it was held back; empty when there is nothing."""
        return str(self.get_withheld_display()) or self.reason

    @property
    def gist(self) -> str:
        """The first sentence of `why`, for lists: what it means."""
        return self.why.partition(". ")[0]


class Stop(models.Model):
    """An address whose owner gets no messages to visitors until `until`: a keyed hash, never the address itself."""

    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    until = models.DateTimeField(db_index=True)


class Worker(models.Model):
    """A worker process, which says every few seconds that it runs (`notifications.workers`)."""

    id = models.CharField(max_length=32, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)


class Attempt(models.Model):
    """One attempt to send a notification: its times, its outcome, and the provider's response."""

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
