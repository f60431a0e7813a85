"""The site behind /admin/."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

# The records in the order in which the menu lists them; whatever else a superuser may see follows.
MENU = {
    "Host": _("Hosts"),
    "Appointment": _("Appointments"),
    "RollCall": _("Roll calls"),
    "Notification": _("Notifications"),
    "Screen": _("Reception screens"),
    "LogEntry": _("Change log"),
}


class HostPanel(admin.AdminSite):
    """Django Admin under the product's name and look."""

    site_header = _("Host panel")
    site_title = _("Host panel")
    index_title = _("Today")
    # The menu is in the header, on every page: the tables need the width.
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django Admin's pages and ours."""
        from entrymgmt.panel.glance import glance_fragment
        from entrymgmt.panel.screens import poster
        from entrymgmt.panel.setup import setup, site_test, trials
        from entrymgmt.panel.trials import host_trial
        from rollcall import views as rollcall

        ours = [
            path("glance/", self.admin_view(glance_fragment), name="glance"),
            path("hosts/host/<int:pk>/trial/", self.admin_view(host_trial), name="host-trial"),
            path("roll-call/", self.admin_view(rollcall.roll_call), name="roll-call"),
            path("roll-call/worker.js", rollcall.worker, name="roll-call-worker"),
            path("roll-call/start/", self.admin_view(rollcall.start), name="roll-call-start"),
            path("roll-call/<int:pk>/", self.admin_view(rollcall.report), name="roll-call-report"),
            path("roll-call/<int:pk>/ticks/", self.admin_view(rollcall.ticks), name="roll-call-ticks"),
            path("roll-call/<int:pk>/end/", self.admin_view(rollcall.end), name="roll-call-end"),
            path("setup/", self.admin_view(setup), name="setup"),
            path("setup/site/", self.admin_view(site_test), name="setup-site"),
            path("setup/trials/", self.admin_view(trials), name="setup-trials"),
            path("poster/", self.admin_view(poster), name="poster"),
        ]
        return [*ours, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: how things stand today."""
        from entrymgmt.panel.glance import glance

        return super().index(request, {**glance(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: one list of records, since nobody here thinks in apps; accounts below, for a superuser."""
        apps: list[Any] = super().get_app_list(request, app_label)
        if app_label:
            return apps
        found = {model["object_name"]: model for app in apps for model in app["models"]}
        records = {
            "name": _("Records"),
            "app_label": "records",
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": [{**found[name], "name": label} for name, label in MENU.items() if name in found],
        }
        others = [
            {**app, "models": [model for model in app["models"] if model["object_name"] not in MENU]} for app in apps
        ]
        return [records, *(app for app in others if app["models"])]
