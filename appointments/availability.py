"""Adds whether somebody visits them to queries for hosts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from appointments.models import Appointment
from hosts.models import Host


def with_meetings(hosts: QuerySet[Host]) -> QuerySet[Any]:
    """These hosts, each with `in_meeting`: whether an in-person appointment holds it."""
    return hosts.annotate(in_meeting=Exists(Appointment.objects.holding().filter(host=OuterRef("pk"))))
