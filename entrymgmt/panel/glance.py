"""The figures of the host panel's first page."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appointments.models import Appointment
from entrymgmt.panel.chart import draw
from entrymgmt.panel.days import median_length, midnight, per_day
from hosts.models import Host, Presence
from notifications.models import Notification

ON_SITE_SHOWN = 50
TODAY_SHOWN = 10
FAILED_SHOWN = 10


def glance(request: HttpRequest) -> dict[str, Any]:
    """How things stand: who is here, today's appointments, hosts by presence, failed messages, the last 30 days.

    Each part is left out for those who may not see the records it comes from.
    """
    figures: dict[str, Any] = {}
    if request.user.has_perm("appointments.view_appointment"):
        figures |= _visits()
    if request.user.has_perm("hosts.view_host"):
        figures |= _hosts()
    if request.user.has_perm("notifications.view_notification"):
        figures |= _failures()
    return figures


def _visits() -> dict[str, Any]:
    days = per_day()
    here = list(Appointment.objects.ongoing().in_person().order_by("started_at")[: ON_SITE_SHOWN + 1])
    return {
        "on_site": here[:ON_SITE_SHOWN],
        "more_on_site": len(here) > ON_SITE_SHOWN,
        "chats": Appointment.objects.ongoing().remote().count(),
        "today": list(Appointment.objects.filter(started_at__gte=midnight())[:TODAY_SHOWN]),
        "today_day": days[-1],
        "chart": draw(days),
        "median_length": median_length(),
    }


def _hosts() -> dict[str, Any]:
    counts = Counter(dict(Host.objects.listed().order_by().values_list("presence").annotate(Count("pk"))))
    return {
        "presences": [(presence, counts[presence.value]) for presence in Presence],
        "first_run": not counts.total(),
    }


def _failures() -> dict[str, Any]:
    failed = Notification.objects.filter(state="failed").order_by("-failed_at")
    return {"failed": list(failed.prefetch_related("subject")[:FAILED_SHOWN])}


def glance_fragment(request: HttpRequest) -> HttpResponse:
    """The figures alone, for a first page that is open to refresh itself."""
    return render(request, "admin/glance/figures.html", glance(request))
