"""The admin site at /admin/."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.views.account import PanelPasswordChange
from accounts.views.login import PanelLogin
from core.version import VERSION
from panel.dashboard import dashboard
from panel.registry import PAGES, RECORDS


class HostPanel(admin.AdminSite):
    """Django Admin under the product's name and look."""

    site_header = _("Host panel")
    site_title = _("Host panel")
    index_title = _("Today")
    # The menu is in the header of every page, because the tables need the width.
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The registry's pages and Django Admin's."""
        ours = [
            path(page.path, page.view if page.open else self.admin_view(page.view), name=page.name) for page in PAGES
        ]
        return [*ours, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page, with today's figures."""
        return super().index(request, {**dashboard(request), **(extra_context or {})})

    def login(  # type: ignore[override]  # what Django’s views return is wider than what it says here
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The first step of logging in; whoever is logged in goes to the first page."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME, ""),
        }
        return PanelLogin.as_view(extra_context={**context, **(extra_context or {})})(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Log out, and have the browser forget the pages that it keeps, such as a roll call’s."""
        response = super().logout(request, extra_context)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Change one’s own password."""
        context = {**self.each_context(request), **(extra_context or {})}
        return PanelPasswordChange.as_view(extra_context=context)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The context of every page: Django's, the registry's pages in the menu, and the product's version."""
        pages = [(reverse(f"admin:{page.name}"), page.menu) for page in PAGES if page.is_in_menu_of(request)]
        return {**super().each_context(request), "menu_pages": pages, "version": VERSION}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: one list of records, not grouped by app; below it the other models, such as accounts, which only
        a superuser may view.
        """
        apps: list[Any] = super().get_app_list(request, app_label)
        if app_label:
            return apps
        found = {model["model"]: model for app in apps for model in app["models"]}
        listed = [record for record in RECORDS if record.model in found]
        records = {
            "name": _("Records"),
            "app_label": "records",
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": [{**found[record.model], "name": record.menu} for record in listed],
        }
        ours = {record.model for record in listed}
        others = [{**app, "models": [model for model in app["models"] if model["model"] not in ours]} for app in apps]
        return [records, *(app for app in others if app["models"])]
