"""What every page may need to know about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """The organisation's name, reception's number (E.164 or empty) and the site's time zone."""
    return {
        "organisation": settings.ORGANISATION_NAME,
        "reception_phone": settings.RECEPTION_PHONE,
        "time_zone": settings.TIME_ZONE,
    }
