"""The roll call in the host panel: the list to print, the shared list to tick off, and the report."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.ordering import ByName
from core.templatetags.entry import hour
from rollcall.models import Person, RollCall, on_site

may_take = permission_required("rollcall.take_rollcall", raise_exception=True)


def name_of(request: HttpRequest) -> str:
    """The name that is recorded for the logged-in user: the full name, or else the user name."""
    user = cast("User", request.user)
    return user.get_full_name() or user.get_username()


@may_take
def roll_call(request: HttpRequest) -> HttpResponse:
    """The ongoing roll call, to tick people off; without one, everyone who is on site now, to print."""
    current = RollCall.objects.current()
    if current:
        return render(request, "rollcall/going_on.html", _list(current))
    visits = list(on_site())
    addresses = {visit.address_visited for visit in visits}
    context = {
        "visits": visits,
        "headcount": sum(visit.people for visit in visits),
        "address": addresses.pop() if len(addresses) == 1 else "",
        "taken_at": timezone.now(),
    }
    return render(request, "rollcall/on_site.html", context)


@require_safe
def worker(request: HttpRequest) -> FileResponse:
    """The service worker that keeps the list offline. Its URL is here because it determines the worker's scope."""
    return FileResponse(Path(str(finders.find("entry/rollcall-worker.js"))).open("rb"), content_type="text/javascript")


@require_POST
@may_take
def start(request: HttpRequest) -> HttpResponse:
    """Start a roll call, or join the ongoing one."""
    RollCall.objects.start(name_of(request))
    return redirect("admin:roll-call")


@may_take
def ticks(request: HttpRequest, pk: int) -> HttpResponse:
    """GET returns who has been seen (JSON); a POST of `{"person id": true or false}` (JSON) is recorded first.

    A form POST, from a browser without JavaScript, contains the ids of the ticked people in `seen`.
    """
    current = get_object_or_404(RollCall, pk=pk)
    listed = {str(pk): pk for pk in current.persons.values_list("pk", flat=True)}
    if request.method == "POST" and request.content_type == "application/json":
        try:
            ticked = dict(json.loads(request.body).items())
        except (ValueError, AttributeError, RecursionError):
            return HttpResponseBadRequest()
        if not all(person.isdecimal() for person in ticked):
            return HttpResponseBadRequest()
        seen = {listed[person]: bool(is_seen) for person, is_seen in ticked.items() if person in listed}
        current.mark(seen, name_of(request))
    elif request.method == "POST":
        # Only ever adds: the page may be older than another warden's ticks.
        seen = {listed[person]: True for person in request.POST.getlist("seen") if person in listed}
        current.mark(seen, name_of(request))
        return redirect("admin:roll-call")
    return JsonResponse(_state(current))


@require_POST
@may_take
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the roll call, and redirect to its report."""
    get_object_or_404(RollCall, pk=pk).end(name_of(request))
    return redirect("admin:roll-call-report", pk)


@permission_required("rollcall.view_rollcall", raise_exception=True)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report: who was accounted for, by whom and when, and who was not."""
    return render(request, "rollcall/report.html", _list(get_object_or_404(RollCall, pk=pk)))


def _list(current: RollCall) -> dict[str, Any]:
    persons = list(current.persons.order_by(ByName("name"), "pk"))
    return {
        "roll_call": current,
        "visits": [list(visit) for _key, visit in groupby(persons, key=_visit_of)],
        "persons": persons,
        "seen": [person for person in persons if person.seen_at],
        "missing": [person for person in persons if not person.seen_at],
    }


def _visit_of(person: Person) -> tuple[object, ...]:
    # The people of a visit have consecutive primary keys.
    return (person.name, person.phone, person.host_name, person.since, person.pk - person.number)


def _state(current: RollCall) -> dict[str, Any]:
    current.refresh_from_db()
    seen = current.persons.filter(seen_at__isnull=False)
    return {
        "ended": current.ended_at is not None,
        "seen": {person.pk: f"{person.seen_by}, {hour(person.seen_at)}" for person in seen if person.seen_at},
    }
