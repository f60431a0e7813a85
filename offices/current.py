"""The current settings of the office, cached in each process."""

from __future__ import annotations

import time

from django.conf import settings

from offices.models import THE_OFFICE, Office

# Every other process sees a saved change within this time.
REFRESH_SECONDS = 1.0


class _Known:
    """The cache of this process, with the time of the last read; `office` is None before the first read."""

    office: Office | None = None
    read_at = 0.0


def current_office() -> Office:
    """The office, at most a second old; fields that the environment fixes override the stored ones. Do not modify it.

    It reads the database at most once a second, so call it wherever it is needed. Raises what the database raises.
    """
    if _Known.office is None or time.monotonic() - _Known.read_at >= REFRESH_SECONDS:
        # Several threads may read at the same time; the last one sets the cache.
        office = Office.objects.filter(pk=THE_OFFICE).first() or Office()
        _Known.office, _Known.read_at = _with_what_is_fixed(office), time.monotonic()
    return _Known.office


def last_known_office() -> Office:
    """The last office that this process read, or the defaults. It needs no database, which may be unavailable."""
    return _Known.office or _with_what_is_fixed(Office())


def forget_office() -> None:
    """Clear the cache, so that the next call reads the database."""
    _Known.office = None


def phone_region() -> str:
    """The country of phone numbers without a country code (ISO 3166, or empty)."""
    return current_office().phone_region


def _with_what_is_fixed(office: Office) -> Office:
    for field, value in settings.OFFICE_FIXED.items():
        setattr(office, field, value)
    return office
