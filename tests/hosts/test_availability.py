import pytest

from appointments.availability import with_meetings
from appointments.choices import Kind
from hosts.availability import Availability, availability
from hosts.models import Host, Presence
from tests.cast import make_appointment


@pytest.mark.parametrize(
    ("presence", "in_meeting", "shown", "in_person", "remote"),
    [
        (Presence.IN_OFFICE, False, "Available", True, True),
        (Presence.IN_OFFICE, True, "Has a visitor", False, True),
        (Presence.REMOTE, False, "Working remotely", False, True),
        (Presence.REMOTE, True, "Working remotely", False, True),
        (Presence.AWAY, False, "Away", False, False),
        (Presence.AWAY, True, "Away", False, False),
    ],
)
def test_what_visitors_see_follows_from_presence_and_from_what_is_going_on(
    presence, in_meeting, shown, in_person, remote
):
    now = availability(presence, in_meeting=in_meeting)

    assert (now.label, now.offers_in_person, now.offers_remote) == (shown, in_person, remote)


def test_a_host_is_in_a_meeting_while_an_in_person_appointment_is_going_on(host, in_person):
    assert with_meetings(Host.objects.listed()).get().in_meeting

    in_person.end("visitor")

    assert not with_meetings(Host.objects.listed()).get().in_meeting


def test_a_remote_appointment_never_makes_a_host_unavailable(host):
    make_appointment(host, kind=Kind.REMOTE)
    make_appointment(host, kind=Kind.REMOTE, visitor_name="Chen Wei")

    shown = with_meetings(Host.objects.listed()).get()

    assert availability(shown.presence, in_meeting=shown.in_meeting) is Availability.AVAILABLE
