"""The roll call in the host panel: the list to print, the one to tick off together, and the report."""

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

from entrymgmt.templatetags.entry import hour
from rollcall.models import Person, RollCall, on_site

may_take = permission_required("rollcall.take_rollcall", raise_exception=True)


def name_of(request: HttpRequest) -> str:
    """How the person who is logged in is written down."""
    user = cast("User", request.user)
    return user.get_full_name() or user.get_username()


@may_take
def roll_call(request: HttpRequest) -> HttpResponse:
    """The roll call that is going on, to tick people off; else everyone who is on site now, to print."""
    current = RollCall.objects.current()
    if current:
        return render(request, "rollcall/going_on.html", _list(current))
    visits = list(on_site())
    addresses = {visit.address_visited for visit in visits}
    context = {
        "visits": visits,
        "heads": sum(visit.people for visit in visits),
        "address": addresses.pop() if len(addresses) == 1 else "",
        "taken_at": timezone.now(),
    }
    return render(request, "rollcall/on_site.html", context)


@require_safe
def worker(request: HttpRequest) -> FileResponse:
    """The script by which a phone keeps the list; from here, since a browser lets it answer for its own folder only."""
    return FileResponse(Path(str(finders.find("entry/rollcall-worker.js"))).open("rb"), content_type="text/javascript")


@require_POST
@may_take
def start(request: HttpRequest) -> HttpResponse:
    """Begin a roll call, or join the one that is going on."""
    RollCall.objects.start(name_of(request))
    return redirect("admin:roll-call")


@may_take
def ticks(request: HttpRequest, pk: int) -> HttpResponse:
    """GET tells who has been seen; POST keeps `{"person id": true or false}` (JSON) first.

    A form, from a browser without scripts, names in `seen` who has been ticked.
    """
    current = get_object_or_404(RollCall, pk=pk)
    if request.method == "POST" and request.content_type == "application/json":
        try:
            seen = {int(person): bool(is_seen) for person, is_seen in json.loads(request.body).items()}
        except (ValueError, AttributeError, TypeError):
            return HttpResponseBadRequest()
        current.mark(seen, name_of(request))
    elif request.method == "POST":
        # Only ever adds: the page may be older than another warden's ticks.
        current.mark(
            {int(person): True for person in request.POST.getlist("seen") if person.isdecimal()}, name_of(request)
        )
        return redirect("admin:roll-call")
    return JsonResponse(_state(current))


@require_POST
@may_take
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the roll call, and show its report."""
    get_object_or_404(RollCall, pk=pk).end(name_of(request))
    return redirect("admin:roll-call-report", pk)


@permission_required("rollcall.view_rollcall", raise_exception=True)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was accounted for, by whom and when, and who was not."""
    return render(request, "rollcall/report.html", _list(get_object_or_404(RollCall, pk=pk)))


def _list(current: RollCall) -> dict[str, Any]:
    persons = list(current.persons.all())
    return {
        "roll_call": current,
        "visits": [list(visit) for _key, visit in groupby(persons, key=_visit_of)],
        "persons": persons,
        "seen": [person for person in persons if person.seen_at],
        "missing": [person for person in persons if not person.seen_at],
    }


def _visit_of(person: Person) -> tuple[object, ...]:
    # The people of a visit were written one after the other.
    return (person.name, person.phone, person.host_name, person.since, person.pk - person.number)


def _state(current: RollCall) -> dict[str, Any]:
    current.refresh_from_db()
    seen = current.persons.filter(seen_at__isnull=False)
    return {
        "ended": current.ended_at is not None,
        "seen": {person.pk: f"{person.seen_by}, {hour(person.seen_at)}" for person in seen if person.seen_at},
    }
