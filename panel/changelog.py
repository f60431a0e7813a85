"""The change log: who changed what in the host panel, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin


class LogEntryAdmin(ReadOnlyAdmin):
    """Every change made in the panel, newest first."""

    list_display = ("action_time", "user", "action_flag", "what", "change")
    list_display_links = None
    list_filter = ("action_flag", "content_type", "user")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr",)
    search_help_text = _("What was changed")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name that the menu gives it."""
        return super().changelist_view(request, {"title": _("Change log"), **(extra_context or {})})

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        """The record, with a link while it exists."""
        url = None if entry.is_deletion() else entry.get_admin_url()
        name = f"{entry.content_type}: {entry.object_repr}" if entry.content_type else entry.object_repr
        return format_html('<a href="{}">{}</a>', url, name) if url else name

    @admin.display(description=_("change"))
    def change(self, entry: LogEntry) -> str:
        """What was done to it."""
        return entry.get_change_message()
