"""The office in the host panel: a single record, which cannot be added or deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin import RecordAdmin
from notifications.sms.text import has_room_for, shown_name
from offices.forms import OfficeForm
from offices.models import LIMITS, THE_OFFICE, Office


class OfficeAdmin(RecordAdmin):
    """The settings of the office, in one form."""

    form = OfficeForm
    fieldsets = (
        (None, {"fields": ("name", "address")}),
        (_("Time and phone"), {"fields": ("time_zone", "phone_region")}),
        (_("Reception"), {"fields": ("reception_phone", "reception_email")}),
        (_("Links and chats"), {"fields": ("link_retention_days", "chat_wait_seconds")}),
        (_("Reception screens"), {"fields": ("names_on_screens",)}),
        (
            _("Limits"),
            {
                "fields": ("sms_regions", *LIMITS),
                "description": _(
                    "Check-in is open to everybody and makes phones ring, so everything that sends has a limit. "
                    "Whoever reaches one reads what to do, and the first page of the panel says so. Hours and days are "
                    "those of the office’s clock."
                ),
            },
        ),
    )

    def title_of(self, record: Any) -> str:
        """The environment may fix another name than the record has."""
        return gettext("Office")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Office | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the form of the single office, which is created with the defaults if it does not exist."""
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        office, _new = Office.objects.get_or_create(pk=THE_OFFICE)
        return redirect("admin:offices_office_change", office.pk)

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, and warn with the shortened name when texts have no room for the office's name."""
        super().save_model(request, obj, form, change)
        if not has_room_for(obj.name):
            shown = shown_name(obj.name) or gettext("the office")
            text = gettext("Texts have no room for this name: they say “%(shown)s”.") % {"shown": shown}
            self.message_user(request, text, messages.WARNING)
