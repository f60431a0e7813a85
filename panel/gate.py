"""What is asked of a logged-in person before a page of the panel opens.

In turn: that the session is not over, that whoever needs a second factor has used one, and, before what gives away or
changes much, that they have said who they are within the last ten minutes. `panel.registry` says which pages these are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import factors, journal, login, sessions
from accounts.models import Kind
from accounts.roles import needs_second_factor
from accounts.sessions import user_of
from panel.registry import BACKGROUND, CONFIRMED, DOWNLOADS, OPEN, OWN_ACCOUNT

NAMESPACE = "admin"


class GateMiddleware:
    """Stands before every page of the panel."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Another page instead of this one, or None when it may open; strangers are left to the pages themselves."""
        match = request.resolver_match
        if match is None or match.app_name != NAMESPACE or match.url_name in OPEN or not request.user.is_authenticated:
            return None
        return _refusal(request, str(match.url_name))


def _refusal(request: HttpRequest, name: str) -> HttpResponse | None:
    user, session, now = user_of(request), sessions.current(request), timezone.now()
    if sessions.is_over(session, user, now):
        return _end(request)
    if name not in BACKGROUND:
        sessions.touch(session, now)
    if needs_second_factor(user) and not session.two_factors:
        if factors.has_any(user):
            login.begin(request, user, _target(request, name))
            return redirect("admin:login-second")
        if name not in OWN_ACCOUNT:
            return redirect("admin:account")
    if name in CONFIRMED and not sessions.is_confirmed(session, now):
        if request.method != "GET":
            messages.info(request, _("Nothing has changed yet. After this, do it once more."))
        return HttpResponseRedirect(f"{reverse('admin:account-confirm')}?{urlencode({'next': _target(request, name)})}")
    return None


def _end(request: HttpRequest) -> HttpResponse:
    journal.record(request, Kind.EXPIRED, user_of(request))
    request.session.flush()
    request.user = AnonymousUser()
    messages.info(request, _("You were logged out, because the panel was not used for a while."))
    return redirect_to_login(_target(request, ""), reverse("admin:login"))


def _target(request: HttpRequest, name: str) -> str:
    """Where to go afterwards: this page, the list of a download, or the page with the button that was pressed."""
    if request.method != "GET":
        before = urlsplit(request.headers.get("Referer", ""))
        return before.path if before.netloc == request.get_host() else reverse("admin:index")
    if name in DOWNLOADS:
        return f"{reverse(DOWNLOADS[name])}?{request.META['QUERY_STRING']}"
    return request.get_full_path()
