"""Past roll calls in the host panel, each with its report."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from core.admin import ReadOnlyAdmin
from rollcall.models import RollCall


class RollCallAdmin(ReadOnlyAdmin):
    """Every roll call, newest first, each with a link to its report."""

    list_display = ("report", "started_by", "accounted_for", "ended_at", "ended_by")
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Roll calls with their counts."""
        return RollCall.objects.counted()

    @admin.display(description=gettext_lazy("started at"), ordering="started_at")
    def report(self, roll_call: RollCall) -> str:
        """The start time, as a link to the report."""
        return format_html('<a href="{}">{}</a>', reverse("admin:roll-call-report", args=[roll_call.pk]), roll_call)

    @admin.display(description=gettext_lazy("accounted for"))
    def accounted_for(self, roll_call: Any) -> str:
        """The number of people accounted for, of how many on the list."""
        return gettext("%(seen)d of %(present)d") % {"seen": roll_call.seen, "present": roll_call.present}
