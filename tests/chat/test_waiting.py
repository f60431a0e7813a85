"""A visitor whose host does not open the chat."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.models import Appointment, EndedBy, Role
from chat.conversation import standing
from chat.models import Participant
from tests.chat.test_pages import said, write


def visitor_has_waited(appointment: Appointment, seconds: int) -> None:
    """As if the visitor had opened the chat this long ago."""
    Participant.objects.open(appointment.pk, Role.VISITOR)
    Participant.objects.filter(role=Role.VISITOR).update(opened_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "overdue"), [(29, False), (31, True)])
@pytest.mark.django_db
def test_the_host_is_overdue_after_the_time_of_the_setting(remote, settings, seconds, overdue):
    settings.CHAT_WAIT_SECONDS = 30

    visitor_has_waited(remote, seconds)

    assert standing(remote.pk, Role.VISITOR).overdue is overdue


@pytest.mark.django_db
def test_a_host_who_has_once_opened_the_chat_is_not_overdue(remote):
    visitor_has_waited(remote, 1000)

    Participant.objects.open(remote.pk, Role.HOST)

    assert not standing(remote.pk, Role.VISITOR).overdue


@pytest.mark.django_db
def test_once_the_appointment_has_ended_nobody_waits(remote):
    visitor_has_waited(remote, 1000)

    remote.end(EndedBy.HOST)

    assert not standing(remote.pk, Role.VISITOR).overdue


@pytest.mark.django_db
def test_before_the_visitor_opens_the_chat_nobody_waits(in_person):
    Appointment.objects.update(started_at=timezone.now() - timedelta(hours=1))

    assert not standing(in_person.pk, Role.VISITOR).overdue


def test_the_visitor_is_told_and_can_leave_a_message_until_the_host_comes(server, remote, tablet, phone):
    visitor_has_waited(remote, 121)

    tablet.goto(remote.url(Role.VISITOR, "chat"))
    offer = tablet.get_by_text(
        "Tomás Herrera has not opened the chat yet. Leave a message: it is sent to them by email"
    )
    expect(offer).to_be_visible()
    write(tablet, "I have left the samples at reception")
    expect(said(tablet, "I have left the samples")).to_contain_text("Sent")

    phone.goto(remote.url(Role.HOST, "chat"))
    expect(offer).to_be_hidden()
    expect(said(phone, "I have left the samples")).to_be_visible()


def test_the_visitor_is_told_without_a_reload(server, remote, tablet):
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    write(tablet, "Hello")
    expect(said(tablet, "Hello")).to_contain_text("Sent")

    visitor_has_waited(remote, 121)

    expect(tablet.get_by_text("has not opened the chat yet")).to_be_visible(timeout=12_000)
