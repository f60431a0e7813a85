"""*Test this host’s email and phone*: sends a test message and shows what really became of it."""

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
from notifications import trial


@permission_required("hosts.change_host", raise_exception=True)
def host_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """POST sends a test message to the host, GET answers with how far the last one came."""
    host = get_object_or_404(Host, pk=pk)
    if request.method != "POST":
        return render(request, "admin/sections/trial_results.html", {"trials": trial.latest(host)})
    trial.send(host, name=host.name, email=host.email, phone=host.phone)
    LogEntry.objects.log_actions(
        str(request.user.pk), Host.objects.filter(pk=pk), CHANGE, gettext("Sent a test message.")
    )
    return HttpResponseRedirect(reverse("admin:hosts_host_change", args=[pk]) + "#trial-title")


def host_trials(request: HttpRequest, host: Host) -> SafeString:
    """The button and the results, as a section of the host's page."""
    if not request.user.has_perm("hosts.change_host"):
        return SafeString()
    return render_to_string("admin/sections/trial.html", {"host": host, "trials": trial.latest(host)}, request)
