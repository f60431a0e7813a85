"""The host directory in the host panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from entrymgmt.panel.records import RecordAdmin
from hosts import live
from hosts.exchange import HostExchange
from hosts.forms import HostForm, PresenceForm
from hosts.models import Host, Presence
from hosts.phones import international


class HostAdmin(HostExchange, RecordAdmin):
    """Add, change and delete hosts; presence is set right in the list."""

    form = HostForm
    list_display = ("name", "title", "presence", "is_active", "email", "phone_number")
    list_editable = ("presence",)
    list_filter = ("presence", "is_active")
    search_fields = ("name", "title", "email", "phone")
    search_help_text = gettext_lazy("Name, title, email or phone")
    list_per_page = 50
    actions = ("set_in_office", "set_remote", "set_away", "hide", "list_again")
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

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[PresenceForm]:
        """A row of the list."""
        return PresenceForm

    @admin.action(description=gettext_lazy("Set presence to in office"), permissions=["change"])
    def set_in_office(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """They are all in the office."""
        self._change_all(request, queryset, presence=Presence.IN_OFFICE)

    @admin.action(description=gettext_lazy("Set presence to remote"), permissions=["change"])
    def set_remote(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """They all work remotely."""
        self._change_all(request, queryset, presence=Presence.REMOTE)

    @admin.action(description=gettext_lazy("Set presence to away"), permissions=["change"])
    def set_away(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """They are all away."""
        self._change_all(request, queryset, presence=Presence.AWAY)

    @admin.action(description=gettext_lazy("Hide from visitors"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Visitors no longer find them; everything else stays."""
        self._change_all(request, queryset, is_active=False)

    @admin.action(description=gettext_lazy("List at check-in again"), permissions=["change"])
    def list_again(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Visitors find them again."""
        self._change_all(request, queryset, is_active=True)

    def _change_all(self, request: HttpRequest, queryset: QuerySet[Host], **change: Any) -> None:
        (field,) = change
        with transaction.atomic():
            hosts = list(queryset.select_for_update())
            chosen = Host.objects.filter(pk__in=[host.pk for host in hosts])
            chosen.update(**change)
            live.announce()
            message = [{"changed": {"fields": [field]}}]
            LogEntry.objects.log_actions(str(request.user.pk), chosen, CHANGE, message)
        text = ngettext("%(count)d host changed.", "%(count)d hosts changed.", len(hosts)) % {"count": len(hosts)}
        self.message_user(request, text, messages.SUCCESS)

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
