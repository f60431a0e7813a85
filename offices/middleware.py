"""Serves each request in the office's time zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from offices.current import current_office

View = Callable[..., HttpResponse]


def independent_of_office(view: View) -> View:
    """Mark a view that must respond even while the database is unavailable: the office is not read for it."""
    view.independent_of_office = True  # type: ignore[attr-defined]
    return view


class OfficeTimeZoneMiddleware:
    """Activates the office's time zone, also for streaming responses that continue after the view returns."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Activate the time zone just before the view, so that Django handles a database error like one of the view."""
        if not getattr(view, "independent_of_office", False):
            timezone.activate(current_office().zone)
