"""Where visitors check in: the screens at reception, and the poster for their own phones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments.screens import Screen, mark


class ScreenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The device in front of the office manager becomes a screen by being added, and an ordinary one by deletion."""

    list_display = ("name", "added_at")
    readonly_fields = ("added_at",)
    change_list_template = "admin/screens/change_list.html"

    def get_fieldsets(self, request: HttpRequest, obj: Screen | None = None) -> Any:
        """Adding says what will happen to this device."""
        if obj:
            return [(None, {"fields": ["name", "added_at"]})]
        what = _(
            "The device you are using now becomes a reception screen, and you are logged out on it. Visitors check in "
            "on it one after the other: it keeps nothing of the one before, and goes back to the start by itself. To "
            "make it an ordinary device again, delete the screen here."
        )
        return [(None, {"fields": ["name"], "description": what})]

    def response_add(self, request: HttpRequest, obj: Screen, *args: Any, **kwargs: Any) -> HttpResponse:
        """The device shows check-in from now on. The office manager’s session must not stay open on it."""
        logout(request)
        response = redirect("checkin")
        mark(response, obj)
        return response


def poster(request: HttpRequest) -> HttpResponse:
    """A page to print: its code opens check-in on a visitor's own phone."""
    return render(request, "poster.html", {"address": settings.SITE_URL + reverse("checkin")})
