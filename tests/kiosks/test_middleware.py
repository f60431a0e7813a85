"""A request's kiosk is looked up lazily and at most once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.choices import Role
from appointments.models import Appointment
from tests.appointments.test_checkin import typed


def lookups(client, path: str) -> int:
    """The number of queries for the kiosk that this request makes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)
    return sum(query["sql"].startswith("SELECT") and "kiosks_kiosk" in query["sql"] for query in queries)


def test_a_screen_is_looked_up_once_a_request(front_desk, host):
    assert lookups(front_desk, "/") == 1
    front_desk.post("/", typed(host))

    assert lookups(front_desk, Appointment.objects.get().path(Role.VISITOR)) == 1


def test_another_device_is_not_looked_up(client, in_person):
    assert lookups(client, "/") == lookups(client, in_person.path(Role.VISITOR)) == 0
