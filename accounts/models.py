"""What the accounts of the host panel have beside a password: second factors, open sessions, and a log of logins."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.digests import digest

# SHA-256 as hexadecimal digits; a digest of `core.digests` is shorter.
DIGEST_LENGTH = 64


class AuthenticatorApp(models.Model):
    """An app that shows a new code every 30 seconds (TOTP, RFC 6238); one for each account.

    `sealed_secret` is what `accounts.sealed` makes of the secret. `last_step` is the 30-second step of the newest code
    that was accepted: no code of it, or of an earlier one, is accepted again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="authenticator_app"
    )
    sealed_secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)


class Passkey(models.Model):
    """A passkey (WebAuthn credential), which proves that its device is there and has recognised its owner.

    `credential` is the attested credential data as the authenticator sent it, with the public key. `uses` is the
    authenticator’s own counter; one that does not count always reports 0.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=60)
    # The id in base64url: at most 1023 bytes (WebAuthn, section 4).
    credential_id = models.CharField(max_length=1364, unique=True)
    credential = models.BinaryField()
    uses = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code that stands in for a lost second factor, once. Its digest identifies it; the code itself is not kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)


class PanelSession(models.Model):
    """Where somebody is logged in to the panel.

    `seen_at` is the last thing that a person did there, to within a minute; `confirmed_at` is when they last gave a
    password or a second factor; `two_factors` says whether the login was proven by two.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="panel")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="panel_sessions")
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    two_factors = models.BooleanField(default=False)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-seen_at"]

    @property
    def handle(self) -> str:
        """What identifies it on a page. The key itself would let whoever reads it into the session."""
        return digest("session", self.pk)


class Kind(models.TextChoices):
    """What the log of logins records."""

    LOGIN = "login", _("Logged in")
    LOGOUT = "logout", _("Logged out")
    FAILED = "failed", _("Wrong name or password")
    FACTOR_FAILED = "factor_failed", _("Wrong second factor")
    DELAYED = "delayed", _("Made to wait after too many attempts")
    EXPIRED = "expired", _("Logged out after a time without use")
    ENDED = "ended", _("Ended a session")
    CONFIRMED = "confirmed", _("Confirmed who they are")
    PASSWORD = "password", _("Changed the password")
    RESET_ASKED = "reset_asked", _("Asked for a new password by email")
    RESET = "reset", _("Set a new password by email")
    FACTOR_ADDED = "factor_added", _("Added a second factor")
    FACTOR_REMOVED = "factor_removed", _("Removed a second factor")
    CODES = "codes", _("Made recovery codes")
    CODE_USED = "code_used", _("Used a recovery code")
    FACTORS_RESET = "factors_reset", _("Second factors removed by the operator")


class Event(models.Model):
    """One line of the log of logins. A name that belongs to no account is not kept: it may be a mistyped password."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="events", verbose_name=_("account")
    )
    detail = models.CharField(_("detail"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    device = models.CharField(_("device"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class Tries(models.Model):
    """How often somebody was wrong: under a name, from an address or on a device, which only the digest identifies."""

    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
