"""The host directory in the host panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrymgmt.panel.records import RecordAdmin
from hosts.forms import HostForm
from hosts.models import Host
from hosts.phones import international


class HostAdmin(RecordAdmin):
    """Add, change and delete hosts; presence is set right in the list."""

    form = HostForm
    list_display = ("name", "title", "presence", "is_active", "email", "phone_number")
    list_editable = ("presence",)
    list_filter = ("presence", "is_active")
    search_fields = ("name", "title", "email", "phone")
    search_help_text = gettext_lazy("Name, title, email or phone")
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("name", "title", "presence", "is_active")}),
        (gettext_lazy("How the host is told"), {"fields": ("email", "phone")}),
        (gettext_lazy("Where visitors go"), {"fields": ("address",)}),
    )
    delete_confirmation_template = "admin/hosts/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/hosts/delete_selected_confirmation.html"

    @admin.display(description=gettext_lazy("phone"), ordering="phone")
    def phone_number(self, host: Host) -> str:
        """The number as people read it."""
        return international(host.phone)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new host sits at the address of the one added last: most offices have one."""
        address = Host.objects.order_by("-pk").values_list("address", flat=True).first()
        return {"address": address or "", **super().get_changeform_initial_data(request)}

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What deleting would do. What stands in the way is shown as such, not as a right to it that is lacking."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set() if protected else lacking, protected

    def delete_model(self, request: HttpRequest, obj: Host) -> None:
        """Delete with the row locked, so that no appointment starts in between."""
        self.delete_queryset(request, Host.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Delete all of them or, when an appointment is going on with one, none."""
        with transaction.atomic():
            locked = Host.objects.select_for_update().filter(pk__in=list(queryset.values_list("pk", flat=True)))
            list(locked.order_by("pk"))
            locked.delete()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete one host; says so when an appointment started while the question was on the screen."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            self._say_busy(request)
            return HttpResponseRedirect(reverse("admin:hosts_host_change", args=[object_id]))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Host]) -> HttpResponse | None:  # type: ignore[override]
        """Run a bulk action; says so when an appointment started while the question was on the screen."""
        try:
            return super().response_action(request, queryset)
        except ProtectedError:
            self._say_busy(request)
            return HttpResponseRedirect(reverse("admin:hosts_host_changelist"))

    def _say_busy(self, request: HttpRequest) -> None:
        self.message_user(
            request,
            _("Nobody was deleted: an appointment started just now. End it first, or clear “listed at check-in”."),
            messages.ERROR,
        )
