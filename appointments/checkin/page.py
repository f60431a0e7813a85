"""The check-in page as it opens on a visitor's own phone: the same for all but the values of two hidden fields."""

from __future__ import annotations

import secrets
import uuid
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from appointments.checkin.directory import Entry, directory, host_list
from appointments.checkin.forms import CheckInForm
from appointments.checkin.remembered import Remembered
from offices.current import current_office
from offices.models import Office

# What stands in the remembered page where each visitor gets another value. No host can have it as a name.
_TOKEN, _KEY = secrets.token_hex(16), secrets.token_hex(16)
_every_setting = attrgetter(*(field.attname for field in Office._meta.concrete_fields))
# The latest page in each language.
_pages: Remembered[str] = Remembered()


def empty_page(request: HttpRequest) -> HttpResponse:
    """The page with an empty form. It is rendered anew when a host or the office has changed, and each minute."""
    entries, office, now = directory(), current_office(), timezone.now()
    source = entries, _every_setting(office), now.replace(second=0, microsecond=0)
    page = _pages.get(get_language(), source, lambda: _render(entries, office))
    if _TOKEN in page:
        page = page.replace(_TOKEN, get_token(request)).replace(_KEY, str(uuid.uuid4()))
    return HttpResponse(page)


def _render(entries: tuple[Entry, ...], office: Office) -> str:
    # A request of nobody, so that nothing of any visitor gets into the page.
    nobody = HttpRequest()
    nobody.kiosk = None  # type: ignore[attr-defined]
    form = CheckInForm()
    form.initial["idempotency_key"] = _KEY
    context = {"form": form, "entries": entries, "host_list": host_list(entries), "status": 200, "csrf_token": _TOKEN}
    with timezone.override(office.zone):
        return render_to_string("appointments/checkin.html", context, nobody)
