"""Template tags and filters of the product: pictograms, QR codes, numbers, initials, times and durations."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

import segno
from django import template
from django.template.defaultfilters import date as date_text
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, ngettext, pgettext

from core import phones
from core.icons import FLIPS, SHAPES
from core.reach import Reach, reach_of
from core.site import socket_path

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """The pictogram `name`, hidden from assistive technology; `classes` are added to its own. KeyError if unknown."""
    names = " ".join(filter(None, ["icon", "flip" if name in FLIPS else "", classes]))
    shapes = mark_safe(SHAPES[name])  # noqa: S308  our own drawings
    # The size is for browsers that show the page without its stylesheet (docs/browsers.md).
    drawing = '<svg class="{}" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
    return format_html(drawing, names, shapes)


@register.simple_tag
def qr(address: str, label: str = "") -> SafeString:
    """A QR code of `address` as inline SVG, black on white in every colour scheme of the page.

    Without a `label` it is that of the page itself.
    """
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>',
        label or gettext("QR code for this page"),
        mark_safe(_modules(address)),  # noqa: S308  modules of a code, without the text itself
    )


@lru_cache(maxsize=100)
def _modules(address: str) -> str:
    """The code as SVG. It takes as long as the rest of a page, which may be opened several times."""
    return str(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, lineclass=None, svgclass=None))


@register.filter
def reachable(address: str) -> bool:
    """Whether a phone may be able to open this URL, at least on the office's own network."""
    return reach_of(address) is not Reach.NOWHERE


@register.simple_tag
def socket(name: str, *args: str) -> str:
    """The path of the socket of this URL name."""
    return socket_path(name, *args)


@register.simple_tag
def current_time() -> datetime:
    """This moment."""
    return now()


@register.filter
def international(number: str) -> str:
    """An E.164 number as people read it, such as `+44 7700 900142`."""
    return phones.international(number)


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def iso(when: datetime) -> str:
    """The moment in ISO 8601, for a `datetime` attribute, in the site's time zone."""
    return localtime(when).isoformat(timespec="minutes")


@register.filter
def hour(when: datetime) -> str:
    """The time of day in the site's time zone, such as 10:42."""
    return date_text(localtime(when), pgettext("time of day, in Django’s date format", "H:i"))


@register.filter
def day(when: datetime) -> str:
    """The day in the site's time zone, such as Tuesday 24 November 2026."""
    return date_text(localtime(when), pgettext("day, in Django’s date format", "l j F Y"))


@register.filter
def short_day(when: datetime) -> str:
    """The day in the site's time zone without its year, such as Tue 24 Nov."""
    return date_text(localtime(when), pgettext("short day, in Django’s date format", "D j M"))


@register.filter
def moment(when: datetime) -> str:
    """Day and time in the site's time zone, such as Tuesday 24 November 2026, 10:42."""
    return gettext("%(day)s, %(time)s") % {"day": day(when), "time": hour(when)}


@register.filter
def until(start: datetime, end: datetime) -> timedelta:
    """The time from one moment to another."""
    return end - start


@register.filter
def duration(length: timedelta) -> str:
    """A length of time in words, such as 38 minutes, 1 hour 5 minutes or 2 days 3 hours; seconds are dropped."""
    minutes = int(length.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
        if not days and (rest or not hours)
        else "",
    ]
    return " ".join(part for part in parts if part)


@register.filter
def ago(when: datetime) -> str:
    """How long ago it was, such as 3 minutes ago."""
    length = now() - when
    return (
        gettext("%(length)s ago") % {"length": duration(length)}
        if length >= timedelta(minutes=1)
        else gettext("just now")
    )


@register.filter
def since(when: datetime) -> str:
    """The time of day, with the day when it is not today's, such as 10:42 today."""
    if localtime(when).date() == localtime().date():
        return gettext("%(time)s today") % {"time": hour(when)}
    return moment(when)


@register.filter
def iso_duration(length: timedelta) -> str:
    """A length of time in ISO 8601, in whole minutes, for a `datetime` attribute, such as PT38M."""
    return f"PT{int(length.total_seconds()) // 60}M"
