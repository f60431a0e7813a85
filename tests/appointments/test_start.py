import pytest

from appointments.admission import NotOffered
from appointments.choices import EndedBy, Kind
from appointments.models import Appointment
from hosts.availability import Availability
from hosts.models import Host
from tests.cast import make_appointment


def test_a_second_in_person_appointment_is_refused_while_one_is_going_on(host, in_person):
    with pytest.raises(NotOffered) as refusal:
        make_appointment(host, visitor_name="Chen Wei")

    assert refusal.value.availability is Availability.MEETING
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("presence", "kind"), [("remote", Kind.IN_PERSON), ("away", Kind.IN_PERSON), ("away", Kind.REMOTE)]
)
def test_a_host_who_went_elsewhere_while_the_form_is_sent_takes_nobody_there(host, presence, kind):
    Host.objects.filter(pk=host.pk).update(presence=presence)

    with pytest.raises(NotOffered) as refusal:
        make_appointment(host, kind=kind)

    assert refusal.value.availability == presence
    assert not Appointment.objects.exists()


def test_a_remote_appointment_leaves_the_host_available(host):
    make_appointment(host, kind=Kind.REMOTE)

    assert make_appointment(host).is_ongoing


def test_ending_twice_ends_once(in_person):
    assert in_person.end(EndedBy.VISITOR)
    assert not in_person.end(EndedBy.HOST)

    in_person.refresh_from_db()
    assert in_person.ended_by == EndedBy.VISITOR


def test_a_host_who_is_hidden_while_the_form_is_sent_gets_no_appointment(host):
    Host.objects.filter(pk=host.pk).update(is_active=False)

    with pytest.raises(Host.DoesNotExist):
        make_appointment(host)

    assert not Appointment.objects.exists()
