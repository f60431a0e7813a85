"""The figures of the host panel's first page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from appointments.models import Appointment
from notifications.models import Notification, State

FAILED_SHOWN = 10


def glance() -> dict[str, Any]:
    """Who is on site now, how many came today, and the newest notifications that failed."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "on_site": list(Appointment.objects.ongoing().in_person().order_by("started_at")),
        "today": Appointment.objects.filter(started_at__gte=midnight).count(),
        "failed": list(Notification.objects.filter(state=State.FAILED).order_by("-failed_at")[:FAILED_SHOWN]),
    }
