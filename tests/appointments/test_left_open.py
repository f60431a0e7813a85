from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from appointments import tasks
from appointments.models import Appointment, EndedBy

SITE = ZoneInfo("Asia/Kolkata")


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 at the site."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SITE)


@pytest.mark.parametrize(
    ("started", "now", "left"),
    [
        (on(24, 10), on(24, 23, 59), False),
        (on(24, 10), on(25, 2, 59), False),
        (on(24, 10), on(25, 3), True),
        (on(24, 23, 59), on(25, 3), True),
        (on(25, 0, 1), on(25, 3), False),
        (on(20, 10), on(25, 1), True),
    ],
)
def test_an_appointment_is_left_open_at_three_of_the_next_day(in_person, started, now, left):
    Appointment.objects.update(started_at=started)

    assert Appointment.objects.left_open(now).exists() is left


def test_what_was_left_open_is_ended_by_the_system(in_person, remote):
    Appointment.objects.filter(pk=in_person.pk).update(started_at=on(1, 10).replace(year=2020))

    tasks.end_left_open.call_local()

    in_person.refresh_from_db()
    remote.refresh_from_db()
    assert in_person.ended_by == EndedBy.SYSTEM
    assert remote.is_ongoing
