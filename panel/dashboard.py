"""The figures of the host panel's first page."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appointments.models import Appointment
from hosts.models import Host, Presence
from limits import refusals
from panel.chart import draw
from panel.figures import median_length, midnight, per_day
from panel.undelivered import of_messages

ON_SITE_SHOWN = 50
TODAY_SHOWN = 10
# Limits that were reached longer ago than this need nobody's attention now.
LIMITS_SHOWN = timedelta(hours=1)


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """The figures: visitors on site, today's appointments, hosts by presence, messages that are late, failed
    or were held back, limits that were reached, the last 30 days.

    Each part is omitted for users who may not view the records that it shows.
    """
    figures: dict[str, Any] = {}
    if request.user.has_perm("appointments.view_appointment"):
        figures |= _visits() | {"limits_reached": refusals.since(LIMITS_SHOWN)}
    if request.user.has_perm("hosts.view_host"):
        figures |= _hosts()
    if request.user.has_perm("notifications.see_delivery_notification"):
        figures |= of_messages()
    return figures


def _visits() -> dict[str, Any]:
    days = per_day()
    here = list(Appointment.objects.ongoing().in_person().order_by("started_at")[: ON_SITE_SHOWN + 1])
    return {
        "on_site": here[:ON_SITE_SHOWN],
        "more_on_site": len(here) > ON_SITE_SHOWN,
        "to_be_met": list(Appointment.objects.to_be_met()[:ON_SITE_SHOWN]),
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


def fragment(request: HttpRequest) -> HttpResponse:
    """Only the figures, with which an open first page refreshes itself."""
    return render(request, "admin/dashboard/figures.html", dashboard(request))
