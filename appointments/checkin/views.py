"""The views of check-in, which is the home page."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from appointments.admission import NotOffered, TooManyVisits
from appointments.checkin.directory import directory, host_list, offer
from appointments.checkin.forms import CheckInForm
from appointments.checkin.limits import FIELDS, place_of
from appointments.checkin.page import empty_page
from appointments.checkin.replies import replies_on
from appointments.choices import Role
from hosts.models import Host
from kiosks.access import where_check_in_is_open
from kiosks.cookie import set_cookie
from kiosks.middleware import KioskRequest
from limits import counters, refusals
from limits.counters import LimitReached


@where_check_in_is_open
@gzip_page
def checkin(request: KioskRequest) -> HttpResponse:
    """The home page: choose a host and start an appointment, then redirect to the visitor's page."""
    if request.method == "POST":
        return take(request)
    if not request.kiosk:
        return checkin_page(request, CheckInForm()) if request.GET.get("q") else empty_page(request)
    response = checkin_page(request, CheckInForm(shared=True))
    if request.method == "GET":
        request.kiosk.change_key()
        set_cookie(response, request.kiosk)
    return response


def take(request: KioskRequest) -> HttpResponse:
    """Start the appointment of the form that was sent, or say what is missing."""
    form = CheckInForm(request.POST, shared=bool(request.kiosk))
    place = place_of(request)
    try:
        if not form.is_valid():
            counters.check(*place.uses)
            return checkin_page(request, form)
        appointment = form.start(place)
    except NotOffered as refusal:
        return checkin_page(request, form, refusal, status=409)
    except (LimitReached, TooManyVisits) as refusal:
        return limited(request, form, refusal)
    except Host.DoesNotExist:
        return checkin_page(request, form)
    response = redirect(appointment.path(Role.VISITOR))
    if request.kiosk:
        set_cookie(response, request.kiosk, appointment.visitor_token)
    return response


def limited(request: KioskRequest, form: CheckInForm, refusal: LimitReached | TooManyVisits) -> HttpResponse:
    """What the visitor reads at a limit: a small page, which keeps what was typed for another try.

    It costs next to nothing, also where the office has hundreds of hosts. At the limit of a phone or an email, that
    field is on it; whoever may not visit this host gets the whole form again, to choose another.
    """
    if isinstance(refusal, TooManyVisits):
        refusals.note(refusal.limit, refusal.key)
    field = refusal.of if isinstance(refusal, TooManyVisits) else FIELDS.get(refusal.use.rule, "")
    if field in form.fields:
        form.add_error(field, form.refused(field, refusal))
    context = {
        "field": form[field] if field in form.fields else None,
        "typed": [(name, value) for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", field}],
        "again_at": timezone.now() + timedelta(seconds=refusal.retry_after),
        "waiting": refusal.most if isinstance(refusal, TooManyVisits) else 0,
    }
    response = render(request, "appointments/refused.html", context, status=429)
    response.headers["Retry-After"] = str(refusal.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


@where_check_in_is_open
def refused_checkin(request: KioskRequest) -> HttpResponse:
    """The check-in page with the visitor's input, when the CSRF check of its form failed."""
    return checkin_page(request, CheckInForm(request.POST, shared=bool(request.kiosk)), status=403)


def checkin_page(
    request: KioskRequest,
    form: CheckInForm,
    refusal: NotOffered | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The check-in page with the visitor's input; with a `refusal`, it says what the host offers instead."""
    query, host = request.GET.get("q", ""), form["host"]
    entries = directory(query)
    chosen = next((entry for entry in entries if entry.key == str(host.value() or "")), None)
    if form.is_bound and not chosen and not host.errors:
        form.add_error("host", host.field.error_messages["invalid_choice"])
    context = {
        "form": form,
        "entries": entries,
        "host_list": host_list(entries, chosen, invalid=bool(host.errors)),
        "answers": replies_on(request.kiosk) if request.kiosk else [],
        "query": query,
        "chosen": chosen,
        "refusal": refusal and offer(refusal.host.name, refusal.availability),
        "status": status,
        "chat_offered": refusal and refusal.availability.offers_remote,
    }
    return render(request, "appointments/checkin.html", context, status=status)


@require_safe
@where_check_in_is_open
@gzip_page
@conditional_page
def hosts(request: KioskRequest) -> HttpResponse:
    """The current list of hosts, for open check-in pages; for those of a reception screen also the latest answers."""
    told, entries = replies_on(request.kiosk) if request.kiosk else [], directory()
    context = {"entries": entries, "host_list": host_list(entries), "answers": told}
    return render(request, "appointments/hosts.html", context)
