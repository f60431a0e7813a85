"""The roll call: who is on site now, on a list to print or to tick off."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from appointments.models import Appointment


@permission_required("appointments.view_appointment", raise_exception=True)
def roll_call(request: HttpRequest) -> HttpResponse:
    """Everyone who is on site now, by name."""
    visits = list(Appointment.objects.ongoing().in_person().order_by("visitor_name", "pk"))
    addresses = {visit.address_visited for visit in visits}
    return render(
        request,
        "admin/roll_call.html",
        {
            "visits": visits,
            "heads": sum(visit.people for visit in visits),
            "address": addresses.pop() if len(addresses) == 1 else "",
            "taken_at": timezone.now(),
        },
    )
