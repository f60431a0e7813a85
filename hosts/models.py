"""The hosts: people whom visitors come to see."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hosts.phones import E164_LENGTH, validate_e164


class Presence(models.TextChoices):
    """Where a host is, as set in the host panel."""

    IN_OFFICE = "in_office", _("In office")
    REMOTE = "remote", _("Remote")
    AWAY = "away", _("Away")


class HostQuerySet(models.QuerySet["Host"]):
    """Vocabulary for choosing hosts."""

    def listed(self) -> HostQuerySet:
        """The hosts that visitors may choose, in the order of the check-in page."""
        return self.filter(is_active=True).order_by("name", "pk")


class Host(models.Model):
    """A person whom visitors come to see."""

    name = models.CharField(_("name"), max_length=120, help_text=_("The full name, as visitors know it."))
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("The role or team, shown under the name.")
    )
    email = models.EmailField(_("email"), help_text=_("Where to write when a visitor arrives."))
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
