"""The log of logins in the host panel."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Event
from core.admin import ReadOnlyAdmin


class EventAdmin(ReadOnlyAdmin):
    """The log of logins, newest first. It is kept for 90 days."""

    list_display = ("at", "what", "account", "detail", "address", "device")
    list_display_links = None
    list_filter = ("kind", "user")
    list_select_related = ("user",)

    @admin.display(description=_("what"), ordering="kind")
    def what(self, event: Event) -> str:
        """What happened."""
        return event.get_kind_display()

    @admin.display(description=_("account"))
    def account(self, event: Event) -> str:
        """Whose account it was about."""
        return event.user.get_username() if event.user else str(_("a name that is not known"))
