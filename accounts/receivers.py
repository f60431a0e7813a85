"""What follows a login and a logout, whichever page they come from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts import journal, sessions
from accounts.models import Kind


def open_session(*, sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the new session."""
    sessions.open_session(request, user)


def log_out(*, sender: type[User], request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Write the logout into the log; the session itself is about to be deleted."""
    if user is not None:
        journal.record(request, Kind.LOGOUT, user)
