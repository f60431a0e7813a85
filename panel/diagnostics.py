"""*Test this host’s email and phone*: sends a test message and shows its real delivery state."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from hosts.models import Host
from notifications.diagnostics import addresses_of, latest_tests, send_test_message


@permission_required("hosts.change_host", raise_exception=True)
def test_host(request: HttpRequest, pk: int) -> HttpResponse:
    """POST sends a test message to the host; GET returns the state of the last one on each channel."""
    host = get_object_or_404(Host, pk=pk)
    if request.method != "POST":
        return render(request, "admin/sections/test_results.html", {"tests": latest_tests(host)})
    send_test_message(host, host.name, addresses_of(host.contact))
    LogEntry.objects.log_actions(
        str(request.user.pk), Host.objects.filter(pk=pk), CHANGE, gettext("Sent a test message.")
    )
    return HttpResponseRedirect(reverse("admin:hosts_host_change", args=[pk]) + "#test-title")


def host_test_section(request: HttpRequest, host: Host) -> SafeString:
    """The button and the results, as a section of the host's page."""
    if not request.user.has_perm("hosts.change_host"):
        return SafeString()
    return render_to_string("admin/sections/host_test.html", {"host": host, "tests": latest_tests(host)}, request)
