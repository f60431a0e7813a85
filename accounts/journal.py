"""Writes the log of logins."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import address_of, describe
from accounts.models import Event, Kind

KEPT = timedelta(days=90)


def record(request: HttpRequest, kind: Kind, user: User | None, detail: str = "") -> None:
    """Write down that this happened to this account; None stands for a name that belongs to none."""
    Event.objects.create(kind=kind, user=user, detail=detail, address=address_of(request), device=describe(request))


def forget_old() -> None:
    """Delete what is older than 90 days."""
    Event.objects.filter(at__lt=timezone.now() - KEPT).delete()
