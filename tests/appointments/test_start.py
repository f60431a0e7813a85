import pytest

from appointments.models import Appointment, EndedBy, Kind, NotOffered
from hosts.availability import Availability
from tests.cast import make_appointment


def test_a_second_in_person_appointment_is_refused_while_one_is_going_on(host, in_person):
    with pytest.raises(NotOffered) as refusal:
        make_appointment(host, visitor_name="Chen Wei")

    assert refusal.value.availability is Availability.MEETING
    assert Appointment.objects.count() == 1


def test_a_remote_appointment_leaves_the_host_available(host):
    make_appointment(host, kind=Kind.REMOTE)

    assert make_appointment(host).is_ongoing


def test_ending_twice_ends_once(in_person):
    assert in_person.end(EndedBy.VISITOR)
    assert not in_person.end(EndedBy.HOST)

    in_person.refresh_from_db()
    assert in_person.ended_by == EndedBy.VISITOR
