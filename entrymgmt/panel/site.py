"""The site behind /admin/."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _


class HostPanel(admin.AdminSite):
    """Django Admin under the product's name and look."""

    site_header = _("Host panel")
    site_title = _("Host panel")
    index_title = _("Today")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django Admin's pages and ours."""
        from entrymgmt.panel.rollcall import roll_call
        from entrymgmt.panel.screens import poster

        ours = [
            path("roll-call/", self.admin_view(roll_call), name="roll-call"),
            path("poster/", self.admin_view(poster), name="poster"),
        ]
        return [*ours, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: how things stand today."""
        from entrymgmt.panel.glance import glance

        return super().index(request, {**glance(), **(extra_context or {})})
