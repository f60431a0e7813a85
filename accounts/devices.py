"""The devices that people log in on: how they are named, and by which cookie they are known again."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.cookies import read_signed_cookie, set_signed_cookie
from core.digests import digest

COOKIE = "entry_device"
MAX_AGE_SECONDS = 90 * 24 * 60 * 60
# So many people may share a device that stays known to each of them.
MAX_NAMES = 8

# The first that a user agent names is what it is: Edge and Opera name Chrome too, and Chrome names Safari.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome"}
_BROWSERS |= {"Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS X": "Mac"}
_SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}


@dataclass(frozen=True)
class Device:
    """A device that has logged in before: its random id, and a digest of each name under which it did."""

    id: str
    names: tuple[str, ...] = ()

    def is_known_to(self, name: str) -> bool:
        """Whether this person has logged in on it."""
        return _mark_of(name) in self.names


def folded(name: str) -> str:
    """The name as all its spellings have it: Django takes them for one account."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def device_of(request: HttpRequest) -> Device:
    """The device that its cookie names, or a new one."""
    own, *names = read_signed_cookie(request, COOKIE, MAX_AGE_SECONDS).split(".")
    return Device(own or secrets.token_urlsafe(16), tuple(names))


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Let the device be known to this person, who has just logged in on it, for 90 days."""
    device, own = device_of(request), _mark_of(name)
    others = [each for each in device.names if each != own]
    set_signed_cookie(response, COOKIE, ".".join([device.id, *[own, *others][:MAX_NAMES]]), MAX_AGE_SECONDS)


def _mark_of(name: str) -> str:
    """What stands for this name in the cookie."""
    return digest("login name", folded(name))


def address_of(request: HttpRequest) -> str:
    """The address that the edge has found, or an empty text."""
    return str(request.META.get("REMOTE_ADDR", ""))


def describe(request: HttpRequest) -> str:
    """The browser and the system in words, such as *Firefox on Windows*."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS.items() if re.search(rf"\b{mark}/", agent)), _("Another browser"))
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
