"""What every page may need to know about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from appointments.screens import screen_of


def site(request: HttpRequest) -> dict[str, Any]:
    """The organisation's name, reception's number (E.164 or empty), the site's time zone, and which screen this is."""
    return {
        "organisation": settings.ORGANISATION_NAME,
        "reception_phone": settings.RECEPTION_PHONE,
        "time_zone": settings.TIME_ZONE,
        "screen": screen_of(request),
    }
