"""The template context about the office, for every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from offices.current import current_office


def office(request: HttpRequest) -> dict[str, Any]:
    """The organisation's name, reception's number (E.164 or empty) and the name of the office's time zone."""
    now = current_office()
    return {"organisation": now.name, "reception_phone": now.reception_phone, "time_zone": now.time_zone}
