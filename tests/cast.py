"""The people of the tests."""

from __future__ import annotations

from typing import Any

from appointments.choices import Kind
from appointments.models import Appointment
from hosts.models import Host
from tests.services.loop import outside_the_loop


@outside_the_loop()
def make_host(**details: Any) -> Host:
    """A host who is in the office, unless `details` say otherwise."""
    name = details.pop("name", "Anika Rao")
    return Host.objects.create(
        **{
            "name": name,
            "title": "Head of Partnerships",
            "email": f"{name.split()[0].lower()}@meridianhouse.example",
            "phone": "+919876543201",
            "address": "4th floor, 12 Residency Road, Bengaluru 560025",
            **details,
        }
    )


@outside_the_loop()
def make_appointment(host: Host, **details: Any) -> Appointment:
    """An appointment that the visitor Yusuf Al-Masri has just started with `host`."""
    kind = details.pop("kind", Kind.IN_PERSON)
    return Appointment.objects.start(
        host=host,
        kind=kind,
        **{
            "visitor_name": "Yusuf Al-Masri",
            "visitor_email": "yusuf@visitor.example",
            "visitor_phone": "+447700900142",
            "purpose": "Supplier review",
            "people": 2,
            **details,
        },
    )
