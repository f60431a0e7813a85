"""Reception screens in the host panel."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import logout
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin import PanelAdmin
from core.reach import reach_of
from core.site import absolute_url
from core.templatetags.entry import moment
from kiosks.access import is_open_everywhere
from kiosks.cookie import set_cookie
from kiosks.models import Kiosk, Poster
from kiosks.poster import address_of


class KioskAdmin(PanelAdmin):
    """The device in front of the office manager becomes a kiosk by being added, and an ordinary one by deletion."""

    list_display = ("name", "seen_at", "seen_from", "copies", "added_at")
    readonly_fields = ("seen_at", "seen_from", "copies", "added_at")
    change_list_template = "admin/kiosks/change_list.html"

    def get_fieldsets(self, request: HttpRequest, obj: Kiosk | None = None) -> Any:
        """The add page explains what will happen to this device."""
        if obj:
            advice = _(
                "Somebody may have copied this screen. Delete it, and add it again on the device at reception: no "
                "other device is then a reception screen."
            )
            fields = {"fields": ["name", "seen_at", "seen_from", "copies", "added_at"]}
            return [(None, fields | ({"description": advice} if obj.displaced_at else {}))]
        what = _(
            "The device you are using now becomes a reception screen, and you are logged out on it. Visitors check in "
            "on it one after the other: it keeps nothing of the one before, and goes back to the start by itself. To "
            "make it an ordinary device again, delete the screen here."
        )
        return [(None, {"fields": ["name"], "description": what})]

    @admin.display(description=_("used from two devices"))
    def copies(self, kiosk: Kiosk) -> str:
        """When and from where a second device last used the screen."""
        if not kiosk.displaced_at:
            return gettext("no")
        return gettext("Yes. One was refused, last on %(moment)s from %(address)s.") % {
            "moment": moment(kiosk.displaced_at),
            "address": kiosk.displaced_from or gettext("an unknown address"),
        }

    def response_add(self, request: HttpRequest, obj: Kiosk, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the device a kiosk that shows check-in, and log the office manager out on it."""
        logout(request)
        response = redirect("checkin")
        set_cookie(response, obj)
        return response


def poster(request: HttpRequest) -> HttpResponse:
    """A page to print, whose QR code opens check-in on a visitor's own phone; none for a site that no phone reaches."""
    present, site = Poster.current(), absolute_url("checkin")
    context = {
        "poster": present,
        "address": address_of(present),
        "site": site,
        "reach": reach_of(site).value,
        "shows_site": is_open_everywhere(),
    }
    return render(request, "kiosks/poster.html", context)


@permission_required("kiosks.renew_poster", raise_exception=True)
def renew_poster(request: HttpRequest) -> HttpResponse:
    """Ask whether to renew the code of the poster; a POST renews it, which makes all earlier posters useless."""
    if request.method != "POST":
        context = {**admin.site.each_context(request), "title": _("Renew the code of the poster")}
        return render(request, "admin/kiosks/renew.html", context)
    Poster.current().renew()
    LogEntry.objects.log_actions(
        str(request.user.pk), Poster.objects.all(), CHANGE, gettext("Renewed the code."), single_object=True
    )
    return redirect("admin:poster")
