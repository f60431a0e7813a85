"""Where visitors check in: reception screens, called kiosks in the code, and the poster for their own phones."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Keys of this many random bytes stand in signed values, so nobody can guess them there.
KEY_BYTES = 6
KEY_LENGTH = 8
# A browser has written a cookie to its disk by then, so a screen that loses power keeps its present key. It is also how
# often at most a screen writes to the database by being used.
SETTLED_AFTER = timedelta(minutes=1)
# The fixed primary key of the only poster.
THE_POSTER = 1


def new_key() -> str:
    """A random key."""
    return secrets.token_urlsafe(KEY_BYTES)


class Kiosk(models.Model):
    """A device that stands at reception, until an office manager deletes it.

    Its cookie holds `key`, which changes at each return to the start, so that a copy of the cookie becomes useless as
    soon as the screen goes on. The response with a new key may be lost, or the device may lose power before it has
    stored it: `previous_key` stays valid until the device has shown the new one after `SETTLED_AFTER` (`settled`).
    Whoever comes with another key after that has, or had, a copy of the cookie. It is refused, and `displaced_at` and
    `displaced_from` say when this was last seen and from where. When the copy was faster, that is the screen itself.
    """

    name = models.CharField(_("name"), max_length=60, help_text=_("Where the device stands, such as Front desk."))
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)
    # Empty for a screen that was added before screens had keys, until its next return to the start.
    key = models.CharField(max_length=KEY_LENGTH, default=new_key, blank=True, editable=False)
    previous_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    key_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    settled = models.BooleanField(default=False, editable=False)
    seen_at = models.DateTimeField(_("last used"), null=True, editable=False)
    seen_from = models.GenericIPAddressField(_("from the address"), null=True, editable=False)
    displaced_at = models.DateTimeField(null=True, editable=False)
    displaced_from = models.GenericIPAddressField(null=True, editable=False)

    # Whether the device of this request came with a key that is no longer valid.
    is_displaced = False

    class Meta:
        verbose_name = _("reception screen")
        verbose_name_plural = _("reception screens")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def receive(self, key: str, address: str | None) -> None:
        """Note that a device with this key, from this address, uses the screen now. Sets `is_displaced`."""
        now = timezone.now()
        is_present = key == self.key
        self.is_displaced = not is_present and (self.settled or key != self.previous_key)
        if self.is_displaced:
            if _is_due(self.displaced_at, now):
                Kiosk.objects.filter(pk=self.pk).update(displaced_at=now, displaced_from=address)
        elif _is_due(self.seen_at, now):
            self.settled = self.settled or (is_present and _is_due(self.key_changed_at, now))
            # Unless another request has changed the key meanwhile.
            same = Kiosk.objects.filter(pk=self.pk, key=self.key)
            same.update(seen_at=now, seen_from=address, settled=self.settled)

    def change_key(self) -> None:
        """Change the key, once the device is known to have stored the present one."""
        if self.settled:
            # Of two requests at once, one changes the key, and both get the new one.
            same = Kiosk.objects.filter(pk=self.pk, key=self.key)
            same.update(key=new_key(), previous_key=self.key, key_changed_at=timezone.now(), settled=False)
            self.key = Kiosk.objects.filter(pk=self.pk).values_list("key", flat=True).first() or ""


def _is_due(last: datetime | None, now: datetime) -> bool:
    """Whether `SETTLED_AFTER` has passed since then; also when the clock was set back."""
    return last is None or abs(now - last) >= SETTLED_AFTER


class Poster(models.Model):
    """The code of the printed posters. There is one record, and renewing it makes all earlier posters useless."""

    key = models.CharField(max_length=KEY_LENGTH, default=new_key, editable=False)
    renewed_at = models.DateTimeField(_("renewed at"), default=timezone.now, editable=False)
    was_renewed = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("poster")
        verbose_name_plural = _("posters")
        default_permissions = ()
        permissions = [("renew_poster", _("Can renew the code of the poster"))]

    def __str__(self) -> str:
        return str(_("Poster"))

    @classmethod
    def current(cls) -> Poster:
        """The poster, which is created when it is first needed."""
        return cls.objects.get_or_create(pk=THE_POSTER)[0]

    def renew(self) -> None:
        """Give it a new code."""
        self.key, self.renewed_at, self.was_renewed = new_key(), timezone.now(), True
        self.save()
