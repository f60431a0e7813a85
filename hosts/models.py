"""The hosts: people whom visitors come to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.emails import validate_plain_email
from core.names import validate_name
from core.ordering import ByName
from core.phones import E164_LENGTH, validate_e164
from notifications.channels import Contact
from notifications.models import Audience
from offices.current import current_office

BY_NAME = (ByName("name"), "pk")


class Presence(models.TextChoices):
    """Where a host is, as set in the host panel."""

    IN_OFFICE = "in_office", _("In office")
    REMOTE = "remote", _("Remote")
    AWAY = "away", _("Away")


class HostQuerySet(models.QuerySet["Host"]):
    """Queries for hosts."""

    def listed(self) -> HostQuerySet:
        """The hosts that visitors may choose, in the order of the check-in page."""
        return self.filter(is_active=True).order_by(*BY_NAME)

    def usual_address(self) -> str:
        """The address of the host added last, or else the office's: where a new host probably is."""
        return self.order_by("-pk").values_list("address", flat=True).first() or current_office().address


class Host(models.Model):
    """A person whom visitors come to see."""

    name = models.CharField(
        _("name"), max_length=120, validators=[validate_name], help_text=_("The full name, as visitors know it.")
    )
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("The role or team, shown under the name.")
    )
    email = models.EmailField(
        _("email"), validators=[validate_plain_email], help_text=_("Where to write when a visitor arrives.")
    )
    phone = models.CharField(
        _("phone"),
        max_length=E164_LENGTH,
        validators=[validate_e164],
        help_text=_("The mobile number to text when a visitor arrives."),
    )
    address = models.TextField(
        _("address"), max_length=300, help_text=_("Where visitors find this host. Each appointment keeps its own copy.")
    )
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.IN_OFFICE)
    is_active = models.BooleanField(
        _("listed at check-in"), default=True, help_text=_("Clear this to hide the host instead of deleting.")
    )

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["name", "pk"]
        permissions = [("export_host", _("Can export hosts"))]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="host_email_unique",
                violation_error_message=_("Another host has this email address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def contact(self) -> Contact:
        """This host's name and addresses, for the notification channels."""
        return Contact(self.name, self.email, self.phone, self.address)

    def contact_for(self, audience: Audience) -> Contact:
        """How this host is reached now, for a message about the host, such as a test."""
        return self.contact


class ImportQuerySet(models.QuerySet["Import"]):
    """Queries for imports."""

    def stalled(self, now: datetime) -> ImportQuerySet:
        """Those of which nothing was written for a while, because a worker stopped or was killed."""
        return self.filter(state=Import.State.WRITING, touched_at__lte=now - Import.STALLED_AFTER)

    def expired(self, now: datetime) -> ImportQuerySet:
        """Those that nobody looks at any more."""
        return self.exclude(state=Import.State.WRITING).filter(touched_at__lte=now - Import.KEPT)


class Import(models.Model):
    """A file of hosts: first what it would change, then how much of that has been written."""

    STALLED_AFTER = timedelta(seconds=30)
    KEPT = timedelta(days=1)

    class State(models.TextChoices):
        """How far an import is."""

        PREVIEW = "preview", _("Preview")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Written")

    class Left(models.TextChoices):
        """Why a row, or a cell of it, was not written as shown."""

        GONE = "gone", _("The host has been deleted meanwhile.")
        ADDED = "added", _("A host with this address has been added meanwhile.")
        CHANGED = "changed", _("Somebody else has changed this meanwhile; it stays as they left it.")
        REFUSED = "refused", _("The database has refused it.")

    # Whoever has chosen the file, and then whoever has confirmed it, in whose name it is written.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False)
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    # The rows as they stand in the file, which column is which, and what they would change (`hosts.exchange`). The rows
    # are forgotten once the import is confirmed, what they change once all is written.
    table = models.JSONField(default=dict)
    matching = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=list)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_stalled(self) -> bool:
        """Whether it is being written, and nothing has been written for a while."""
        return self.state == self.State.WRITING and self.touched_at <= timezone.now() - self.STALLED_AFTER

    def advance(self, rows: int, *, added: int, changed: int, left: Sequence[dict[str, Any]]) -> None:
        """Record that so many more rows are written; with the last one, forget what the file said."""
        self.done += rows
        self.added += added
        self.changed += changed
        self.left = [*self.left, *left]
        self.touched_at = timezone.now()
        fields = ["done", "added", "changed", "left", "touched_at"]
        if self.done >= self.total:
            self.state, self.plan = self.State.DONE, {}
            fields += ["state", "plan"]
        self.save(update_fields=fields)
