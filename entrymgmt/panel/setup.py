"""*Set-up*: what is configured and what is not, how to fix it, and a test of each that can be tested."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.screens import Screen
from entrymgmt.templatetags.entry import moment
from hosts.forms import PhoneField
from hosts.models import Host
from hosts.phones import international
from notifications import trial
from notifications.models import Notification

# A worker looks for what is due far more often; longer than this means that none is running.
LATE = timedelta(minutes=2)
SITE_PATIENCE_SECONDS = 5

may_set_up = permission_required("hosts.add_host", raise_exception=True)


@dataclass(frozen=True)
class Item:
    """One thing to set up: whether it is, how it stands, and what to do when it is not. `link` leads to where."""

    name: str
    done: bool
    text: str
    fix: str = ""
    link: str = ""


class TrialForm(forms.Form):
    """Where to send a test message: an address, a number, or both."""

    email = forms.EmailField(label=gettext_lazy("Your email"), required=False)
    phone = PhoneField(label=gettext_lazy("Your mobile phone"), required=False)


def items() -> list[Item]:
    """Everything that a new installation needs, in the order in which to do it."""
    hosts, screens = Host.objects.listed().count(), Screen.objects.count()
    late = Notification.objects.overdue(LATE).exists()
    mail = "console" not in settings.EMAIL_BACKEND
    local = urlsplit(settings.SITE_URL).hostname in {"localhost", "127.0.0.1", "::1"}
    return [
        Item(
            _("Organisation"),
            settings.ORGANISATION_NAME != "Reception",
            settings.ORGANISATION_NAME,
            _("Set ORGANISATION_NAME to the name that visitors know, and restart."),
        ),
        Item(
            _("Site address"),
            not local,
            settings.SITE_URL,
            _("Links in messages lead to this machine only. Set SITE_URL to the address that phones can reach."),
        ),
        Item(
            _("Time zone"),
            settings.TIME_ZONE != "UTC",
            _("%(zone)s: it is %(now)s") % {"zone": settings.TIME_ZONE, "now": moment(timezone.now())},
            _("Set TIME_ZONE to where the office is, such as Asia/Kolkata."),
        ),
        Item(
            _("Reception’s phone"),
            bool(settings.RECEPTION_PHONE),
            international(settings.RECEPTION_PHONE) or _("not given"),
            _("Set RECEPTION_PHONE, so that visitors know whom to call when a message does not arrive."),
        ),
        Item(
            _("Email"),
            mail,
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if mail else _("written to the console only"),
            _("Set EMAIL_URL and DEFAULT_FROM_EMAIL to your mail server."),
        ),
        Item(
            _("Text messages"),
            settings.TWILIO is not None,
            settings.TWILIO.sender if settings.TWILIO else _("written to the console only"),
            _("Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM."),
        ),
        Item(
            _("Worker"),
            not late,
            _("messages wait unsent") if late else _("nothing waits unsent"),
            _("Start the worker process: messages wait until one runs."),
        ),
        Item(
            _("Hosts"),
            bool(hosts),
            _("%(count)d listed at check-in") % {"count": hosts},
            _("Add the people whom visitors come to see, one by one or from a spreadsheet."),
            reverse("admin:hosts_host_changelist"),
        ),
        Item(
            _("Reception screen"),
            bool(screens),
            _("%(count)d devices") % {"count": screens},
            _("On the device at reception, open the host panel and add it as a reception screen."),
            reverse("admin:appointments_screen_changelist"),
        ),
    ]


@may_set_up
def setup(request: HttpRequest) -> HttpResponse:
    """The page; POST sends a test message to whoever asks."""
    form = TrialForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    if request.method == "POST" and form.is_valid():
        if not any(form.cleaned_data.values()):
            form.add_error(None, _("Enter an email address or a phone number"))
        else:
            name = request.user.get_username()
            trial.send(request.user, name=name, **form.cleaned_data)  # type: ignore[arg-type]
            return redirect("admin:setup")
    return render(request, "admin/setup.html", {**_context(request), "form": form, "items": items()})


@may_set_up
def trials(request: HttpRequest) -> HttpResponse:
    """How far the test messages of whoever asks have come."""
    return render(request, "admin/sections/trial_results.html", {"trials": trial.latest(request.user)})  # type: ignore[arg-type]


@may_set_up
def site_test(request: HttpRequest) -> HttpResponse:
    """Ask the site's own address whether it answers, and say what came."""
    if request.method == "POST":
        try:
            with urllib.request.urlopen(f"{settings.SITE_URL}/healthz", timeout=SITE_PATIENCE_SECONDS) as answer:  # noqa: S310
                messages.success(
                    request, _("%(url)s answers: %(code)d.") % {"url": settings.SITE_URL, "code": answer.status}
                )
        except (urllib.error.URLError, OSError) as error:
            messages.error(
                request,
                _("%(url)s cannot be reached from here: %(error)s") % {"url": settings.SITE_URL, "error": error},
            )
    return redirect("admin:setup")


def _context(request: HttpRequest) -> dict[str, Any]:
    from django.contrib import admin

    return {**admin.site.each_context(request), "title": _("Set-up"), "trials": trial.latest(request.user)}  # type: ignore[arg-type]
