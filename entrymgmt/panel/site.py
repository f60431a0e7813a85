"""The site behind /admin/."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class HostPanel(admin.AdminSite):
    """Django Admin under the product's name and look."""

    site_header = _("Host panel")
    site_title = _("Host panel")
    index_title = _("Today")
