"""The two steps of logging in: the password, then the second factor of those who have one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import journal, sessions
from accounts.devices import remember
from accounts.models import Kind

# Between the password and the second factor.
STEP_SECONDS = 10 * 60
_PENDING = "login_pending"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, user: User, target: str) -> None:
    """Remember that this user has given the right password, for the second step; `target` is where they go then."""
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": timezone.now().timestamp() + STEP_SECONDS,
        "target": target,
    }


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """Whose second step this is, and where they go then; None when the first one is missing or too old.

    Nor is it theirs when the account was closed or its password changed in between.
    """
    step: dict[str, Any] = request.session.get(_PENDING) or {}
    if step.get("until", 0) < timezone.now().timestamp():
        return None
    user = User.objects.filter(pk=step["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), step["hash"]):
        return None
    return user, step["target"]


def complete(request: HttpRequest, user: User, target: str, *, two_factors: bool, detail: str = "") -> HttpResponse:
    """Log this user in, go to `target`, and know the device again the next time."""
    request.session.pop(_PENDING, None)
    login(request, user, _BACKEND)
    if two_factors:
        sessions.prove_two_factors(request)
    journal.record(request, Kind.LOGIN, user, detail)
    response = HttpResponseRedirect(target)
    remember(request, response, user.get_username())
    return response
