"""*Set-up*: what is configured and what is not, how to configure it, and tests of the channels and the site."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.phones import international
from core.reach import Reach, reach_of
from core.templatetags.entry import moment
from hosts.models import Host
from kiosks.access import is_open_everywhere
from kiosks.models import Kiosk
from notifications import outages, workers
from notifications.channels import Channel, all_channels
from notifications.diagnostics import latest_tests, send_test_message
from offices.current import current_office
from offices.models import DEFAULT_NAME, DEFAULT_ZONE

SITE_TIMEOUT_SECONDS = 5
RIGHT = "hosts.add_host"

may_set_up = permission_required(RIGHT, raise_exception=True)


@dataclass(frozen=True)
class Item:
    """One thing to set up: whether it is `done`, its current value, how to set it up, and a `link` to the page."""

    name: str
    done: bool
    text: str
    fix: str = ""
    link: str = ""


class TestForm(forms.Form):
    """The addresses of test messages, one optional field for each channel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel in all_channels():
            self.fields[channel.name] = channel.address_field()


def items() -> list[Item]:
    """Everything that a new installation needs, in the order of set-up."""
    hosts = Host.objects.listed().count()
    reach = reach_of(settings.SITE_URL)
    office = current_office()
    office_page = reverse("admin:offices_office_changelist")
    return [
        Item(
            _("Organisation"),
            office.name != DEFAULT_NAME,
            office.name,
            _("Give the name that visitors know."),
            office_page,
        ),
        Item(
            _("Site address"),
            reach is not Reach.NOWHERE,
            settings.SITE_URL,
            _("No phone can open links to this address. Set SITE_URL to an address that phones can reach."),
        ),
        Item(
            _("Time zone"),
            office.time_zone != DEFAULT_ZONE,
            _("%(zone)s: it is %(now)s") % {"zone": office.time_zone, "now": moment(timezone.now())},
            _("Choose the time zone of the office."),
            office_page,
        ),
        Item(
            _("Reception’s phone"),
            bool(office.reception_phone),
            international(office.reception_phone) or _("not given"),
            _("Give it, so that visitors know whom to call when a message does not arrive."),
            office_page,
        ),
        Item(
            _("Reception’s email"),
            bool(office.reception_email),
            office.reception_email or _("not given"),
            _("Give it, so that reception is told when a host cannot be told of a visitor, or asks for a colleague."),
            office_page,
        ),
        *(_channel_item(channel) for channel in all_channels()),
        _worker_item(),
        Item(
            _("Hosts"),
            bool(hosts),
            _("%(count)d listed at check-in") % {"count": hosts},
            _("Add the people whom visitors come to see, one by one or from a spreadsheet."),
            reverse("admin:hosts_host_changelist"),
        ),
        Item(
            name=_("Check-in"),
            done=True,
            text=_("open everywhere")
            if is_open_everywhere()
            else _("only on reception screens, and on phones that have scanned the poster (CHECK_IN=screens)"),
        ),
        _screens_item(),
    ]


def _worker_item() -> Item:
    running, waiting = workers.running(), outages.waiting_for_a_worker().count()
    if not running:
        fix = _("Start the worker process: messages wait until one runs.")
        return Item(_("Worker"), done=False, text=_("not running"), fix=fix)
    text = ngettext("%(count)d process runs", "%(count)d processes run", running) % {"count": running}
    if waiting:
        late = ngettext("%(count)d message waits unsent", "%(count)d messages wait unsent", waiting) % {
            "count": waiting
        }
        text = f"{text}; {late}"
    return Item(_("Worker"), not waiting, text, _("Restart the worker process: it takes no messages."))


def _screens_item() -> Item:
    screens, copied = Kiosk.objects.count(), Kiosk.objects.exclude(displaced_at=None).first()
    return Item(
        _("Reception screen"),
        bool(screens) and not copied,
        _("%(name)s was used from two devices") % {"name": copied.name}
        if copied
        else ngettext("%(count)d device", "%(count)d devices", screens) % {"count": screens},
        _("Delete this screen, and add it again on the device at reception.")
        if copied
        else _("On the device at reception, open the host panel and add it as a reception screen."),
        reverse("admin:kiosks_kiosk_changelist"),
    )


def _channel_item(channel: Channel) -> Item:
    status = channel.status()
    if status.done and (refused := outages.outage(channel.name)):
        fix = _("Its provider takes no messages: see what it says.")
        return Item(str(channel.label), done=False, text=refused.reason, fix=fix)
    return Item(str(channel.label), status.done, str(status.text), str(status.fix))


@may_set_up
def setup(request: HttpRequest) -> HttpResponse:
    """The page; a POST sends a test message to each address in the form."""
    form = TestForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    if request.method == "POST" and form.is_valid():
        if any(form.cleaned_data.values()):
            send_test_message(cast("User", request.user), request.user.get_username(), form.cleaned_data)
            LogEntry.objects.create(
                user_id=str(request.user.pk),
                object_repr=_("Set-up"),
                action_flag=CHANGE,
                change_message=_("Sent a test message."),
            )
            return redirect("admin:setup")
        form.add_error(None, _("Enter an email address or a phone number"))
    return render(request, "admin/setup.html", {**_context(request), "form": form, "items": items()})


@may_set_up
def tests(request: HttpRequest) -> HttpResponse:
    """The state of the current user's test messages."""
    return render(request, "admin/sections/test_results.html", {"tests": latest_tests(cast("User", request.user))})


@may_set_up
def site_test(request: HttpRequest) -> HttpResponse:
    """Request `/healthz` of the site's own URL, and report the result."""
    if request.method == "POST":
        try:
            with urllib.request.urlopen(f"{settings.SITE_URL}/healthz", timeout=SITE_TIMEOUT_SECONDS) as answer:  # noqa: S310
                answer.read()
            messages.success(request, _("The address works from this machine."))
        except (urllib.error.URLError, OSError) as error:
            text = _("The address does not work from this machine: %(error)s")
            messages.error(request, text % {"error": error})
    return redirect("admin:setup")


def _context(request: HttpRequest) -> dict[str, Any]:
    tests_so_far = latest_tests(cast("User", request.user))
    return {**admin.site.each_context(request), "title": _("Set-up"), "tests": tests_so_far}
