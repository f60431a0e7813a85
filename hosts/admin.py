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

from core.admin import RecordAdmin
from core.phones import international
from hosts import live
from hosts.exchange.pages import HostExchange
from hosts.forms import HostForm, PresenceForm, changed
from hosts.models import BY_NAME, Host, Presence
from hosts.search import find


class HostAdmin(HostExchange, RecordAdmin):
    """Add, change and delete hosts; presence can be edited in the list."""

    form = HostForm
    list_display = ("name", "title", "presence", "is_active", "email", "phone_number")
    list_editable = ("presence",)
    list_filter = ("presence", "is_active")
    ordering = BY_NAME
    # `get_search_results` implements the search; Django shows the search field only if this is not empty.
    search_fields = ("name",)
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Host], search_term: str
    ) -> tuple[QuerySet[Host], bool]:
        """Those with each word anywhere in name, title or email, or with a number of these digits; no duplicates."""
        return find(queryset, search_term), False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The address of the host added last, or else the office's address, as the default for a new host."""
        return {"address": Host.objects.usual_address(), **super().get_changeform_initial_data(request)}

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[PresenceForm]:
        """The form of one row of the list."""
        return PresenceForm

    @admin.action(description=gettext_lazy("Set presence to in office"), permissions=["change"])
    def set_in_office(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Set the presence of these hosts to *in office*."""
        self._change_all(request, queryset, presence=Presence.IN_OFFICE)

    @admin.action(description=gettext_lazy("Set presence to remote"), permissions=["change"])
    def set_remote(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Set the presence of these hosts to *remote*."""
        self._change_all(request, queryset, presence=Presence.REMOTE)

    @admin.action(description=gettext_lazy("Set presence to away"), permissions=["change"])
    def set_away(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Set the presence of these hosts to *away*."""
        self._change_all(request, queryset, presence=Presence.AWAY)

    @admin.action(description=gettext_lazy("Hide from visitors"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Remove these hosts from check-in; everything else stays unchanged."""
        self._change_all(request, queryset, is_active=False)

    @admin.action(description=gettext_lazy("List at check-in again"), permissions=["change"])
    def list_again(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """List these hosts at check-in again."""
        self._change_all(request, queryset, is_active=True)

    def _change_all(self, request: HttpRequest, queryset: QuerySet[Host], **change: Any) -> None:
        with transaction.atomic():
            hosts = list(queryset.select_for_update())
            chosen = Host.objects.filter(pk__in=[host.pk for host in hosts])
            chosen.update(**change)
            live.announce()
            LogEntry.objects.log_actions(str(request.user.pk), chosen, CHANGE, changed(*change))
        text = ngettext("%(count)d host changed.", "%(count)d hosts changed.", len(hosts)) % {"count": len(hosts)}
        self.message_user(request, text, messages.SUCCESS)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What deletion would do. When records protect a host, show these records instead of missing permissions."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set() if protected else lacking, protected

    def delete_model(self, request: HttpRequest, obj: Host) -> None:
        """Delete with the row locked, so that no appointment can start at the same time."""
        self.delete_queryset(request, Host.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        """Delete all of them, or none when one of them has an ongoing appointment."""
        with transaction.atomic():
            locked = Host.objects.select_for_update().filter(pk__in=list(queryset.values_list("pk", flat=True)))
            list(locked.order_by("pk"))
            locked.delete()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete one host; report an error when an appointment started while the confirmation page was open."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            self._say_busy(request)
            return HttpResponseRedirect(reverse("admin:hosts_host_change", args=[object_id]))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Host]) -> HttpResponse | None:  # type: ignore[override]
        """Run a bulk action; report an error when an appointment started while the confirmation page was open."""
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
