"""Accounts and groups in the host panel, which only superusers may change."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from core.admin import PanelAdmin

REDIRECT = 302


class AccountAdmin(PanelAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts, for superusers. Whoever gets a new password, or is closed out, is logged out everywhere."""

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save; a deactivated account has no sessions."""
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            sessions.end_all(obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set another person’s password."""
        response = super().user_change_password(request, id, form_url)
        if response.status_code == REDIRECT and id != str(request.user.pk):
            sessions.end_all(User.objects.get(pk=id))
        return response


class AccountGroupAdmin(PanelAdmin, GroupAdmin):
    """Groups and their rights, for superusers."""
