"""Filters of the list of appointments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment

MIN_YEAR, MAX_YEAR = 1900, 9000


class GoingOnFilter(admin.SimpleListFilter):
    """By state: ongoing or ended."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """The two states."""
        return [("on", _("Going on")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        """Those of the chosen state."""
        match self.value():
            case "on":
                return queryset.filter(ended_at__isnull=True)
            case "ended":
                return queryset.filter(ended_at__isnull=False)
            case _:
                return queryset


class DaysFilter(admin.ListFilter):
    """By check-in between two days of the current time zone, inclusive (`?from=2026-11-01&to=2026-11-30`)."""

    title = _("check-in")
    template = "admin/filters/days.html"
    parameters = ("from", "to")

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Appointment], model_admin: admin.ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.parameters:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        """Always True, so that the filter is always shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """The query parameters that it reads."""
        return list(self.parameters)

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """The values of its two fields, and the other query parameters to keep."""
        kept = [(name, value) for name, value in changelist.get_filters_params().items() if name not in self.parameters]
        yield {
            "from": self.used_parameters.get("from", ""),
            "to": self.used_parameters.get("to", ""),
            "query": changelist.query,
            "kept": [(name, value) for name, values in kept for value in values],
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        """Those that started on these days; an invalid date sets no limit."""
        if begin := _midnight(self.used_parameters.get("from", "")):
            queryset = queryset.filter(started_at__gte=begin)
        if end := _midnight(self.used_parameters.get("to", ""), days=1):
            queryset = queryset.filter(started_at__lt=end)
        return queryset


def _midnight(text: object, days: int = 0) -> datetime | None:
    try:
        date = parse_date(str(text))
    except ValueError:
        return None
    # At either end of the calendar, a moment has no equivalent in UTC.
    if date is None or not MIN_YEAR <= date.year <= MAX_YEAR:
        return None
    return timezone.make_aware(datetime.combine(date + timedelta(days=days), datetime.min.time()))
