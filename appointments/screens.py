"""Reception screens: devices at the front desk that visitors share, one after the other.

A signed cookie makes a device a screen, and names the one visit that it may show: the visit of whoever stands before
it. Whatever else the browser remembers, by its back button or its history, leads to the start.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

COOKIE = "entry_screen"
# Browsers keep no cookie longer than 400 days; each return to the start begins them anew.
COOKIE_SECONDS = 400 * 24 * 60 * 60


class Screen(models.Model):
    """A device that stands at reception, until an office manager deletes it."""

    name = models.CharField(_("name"), max_length=60, help_text=_("Where the device stands, such as Front desk."))
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reception screen")
        verbose_name_plural = _("reception screens")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


def screen_of(request: HttpRequest) -> Screen | None:
    """The screen that this request comes from; None for any other device, and for a screen that has been deleted."""
    key = _cookie(request)[0]
    return Screen.objects.filter(pk=key).first() if key.isdecimal() else None


def may_show(request: HttpRequest, token: str) -> bool:
    """Whether this device may show the visit of this token: a screen shows only that of who stands before it."""
    return screen_of(request) is None or _cookie(request)[1] == token


def mark(response: HttpResponse, screen: Screen, token: str = "") -> None:
    """Make the device that gets `response` this screen, to show the visit of `token` and no other."""
    response.set_signed_cookie(
        COOKIE,
        f"{screen.pk}:{token}",
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SITE_URL.startswith("https:"),
    )


def _cookie(request: HttpRequest) -> tuple[str, str]:
    """The screen's key and the token of the visit before it, as the cookie has them; empty without a valid one."""
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS) or ""
    key, _separator, token = value.partition(":")
    return key, token
