from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.choices import EndedBy, Role
from appointments.links import LinkExpired, open_link
from appointments.models import Appointment


def test_each_link_opens_the_appointment_for_its_own_person(in_person):
    assert open_link(Role.VISITOR, in_person.visitor_token) == in_person
    assert open_link(Role.HOST, in_person.host_token) == in_person


def test_the_visitors_token_does_not_open_the_hosts_link(in_person):
    with pytest.raises(Appointment.DoesNotExist):
        open_link(Role.HOST, in_person.visitor_token)


def test_the_visitors_page_draws_the_code_of_the_visitors_link(in_person):
    assert in_person.visitor_url.endswith(in_person.path(Role.VISITOR))


def test_the_two_tokens_share_nothing(in_person):
    assert len(in_person.visitor_token) == len(in_person.host_token) == 22
    assert in_person.visitor_token != in_person.host_token


def test_the_details_stay_readable_for_the_set_number_of_days(in_person, office):
    office(link_retention_days=30)
    in_person.end(EndedBy.VISITOR)
    just_inside = timezone.now() - timedelta(days=30) + timedelta(minutes=1)
    Appointment.objects.update(started_at=just_inside, ended_at=just_inside)

    assert open_link(Role.VISITOR, in_person.visitor_token)

    just_outside = timezone.now() - timedelta(days=30, minutes=1)
    Appointment.objects.update(started_at=just_outside, ended_at=just_outside)
    with pytest.raises(LinkExpired):
        open_link(Role.VISITOR, in_person.visitor_token)
