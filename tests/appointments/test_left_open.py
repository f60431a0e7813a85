from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from appointments import tasks
from appointments.choices import EndedBy
from appointments.models import Appointment

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


def left_open(*appointments):
    """These have been left open since long ago."""
    Appointment.objects.filter(pk__in=[each.pk for each in appointments]).update(
        started_at=on(1, 10).replace(year=2020)
    )


def test_what_ends_by_itself_wakes_nobody_with_a_text(in_person):
    left_open(in_person)

    tasks.end_left_open.call_local()

    told = in_person.notifications.filter(event="ended")
    assert list(told.values_list("audience", "channel")) == [("visitor", "email")]


@pytest.mark.parametrize("by", set(EndedBy) - {EndedBy.SYSTEM, EndedBy.NOT_VISITOR})
def test_what_a_person_ends_is_told_by_text_too(in_person, by):
    in_person.end(by)

    told = in_person.notifications.filter(event="ended")
    assert set(told.values_list("channel", flat=True)) == {"email", "sms"}


def test_one_visit_with_a_fault_leaves_the_others_ended(in_person, remote, monkeypatch, caplog):
    left_open(in_person, remote)
    end = Appointment.end

    def faulty(self, by):
        if self.pk == in_person.pk:
            raise RuntimeError("Yusuf Al-Masri cannot be saved")
        return end(self, by)

    monkeypatch.setattr(Appointment, "end", faulty)

    tasks.end_left_open.call_local()

    remote.refresh_from_db()
    assert remote.ended_by == EndedBy.SYSTEM
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line == f"appointments.Appointment {in_person.pk}: RuntimeError"
