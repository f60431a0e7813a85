import pytest
from django.db.models import ProtectedError

from appointments.choices import EndedBy
from hosts.models import Host


def test_a_deleted_host_leaves_the_name_and_the_address_visited(host, in_person):
    in_person.end(EndedBy.HOST)

    host.delete()

    in_person.refresh_from_db()
    assert in_person.host is None
    assert in_person.host_name == "Anika Rao"
    assert in_person.address_visited == "4th floor, 12 Residency Road, Bengaluru 560025"


def test_a_host_with_an_appointment_going_on_cannot_be_deleted(host, in_person):
    with pytest.raises(ProtectedError):
        host.delete()

    assert Host.objects.filter(pk=host.pk).exists()


def test_a_host_who_moves_leaves_the_address_of_past_visits_alone(host, in_person):
    host.address = "1st floor, 9 New Road"
    host.save()
    in_person.refresh_from_db()
    in_person.save()

    in_person.refresh_from_db()
    assert in_person.address_visited == "4th floor, 12 Residency Road, Bengaluru 560025"
