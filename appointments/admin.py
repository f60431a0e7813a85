"""Appointments in the host panel: a record that nobody edits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from entrymgmt.panel.records import CappedPaginator, ReadOnlyAdmin
from hosts.models import Host
from hosts.phones import international

HELD_PER_PAGE = 20


class Going(admin.SimpleListFilter):
    """Going on, or ended."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("on", _("Going on")), ("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        match self.value():
            case "on":
                return queryset.filter(ended_at__isnull=True)
            case "ended":
                return queryset.filter(ended_at__isnull=False)
            case _:
                return queryset


class AppointmentAdmin(ReadOnlyAdmin):
    """Each appointment with its details; how people were told and what they wrote are sections of its page."""

    list_display = ("visitor_name", "host_name", "kind", "started_at", "ended_at", "people")
    list_filter = (Going, "kind", "host")
    search_fields = ("visitor_name", "visitor_email", "visitor_phone", "host_name")
    search_help_text = _("Visitor’s name, email or phone")
    fieldsets = (
        (_("Visitor"), {"fields": ("visitor_name", "visitor_email", "phone_number", "people", "purpose")}),
        (_("Visit"), {"fields": ("host", "host_name", "address_visited", "kind")}),
        (_("Times"), {"fields": ("started_at", "ended_at", "length", "ended_by", "reply", "replied_at")}),
    )
    readonly_fields = ("phone_number", "length", "started_at", "ended_at", "ended_by", "replied_at")

    @admin.display(description=_("visitor’s phone"))
    def phone_number(self, appointment: Appointment) -> str:
        """The number as people read it."""
        return international(appointment.visitor_phone)

    @admin.display(description=_("length"))
    def length(self, appointment: Appointment) -> str:
        """From check-in to check-out."""
        return str(appointment.duration or "")


def appointments_held(request: HttpRequest, host: Host) -> SafeString:
    """The appointments held with `host`, newest first, a page of them at a time (`?page=`)."""
    paginator = CappedPaginator(host.appointments.all(), HELD_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return render_to_string("admin/sections/held.html", {"host": host, "page": page}, request)
