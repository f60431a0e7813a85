"""A visitor whose host does not open the chat."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from chat.conversation import conversation_state
from chat.models import Participant
from notifications.models import State
from tests.chat.test_pages import said, write
from tests.services.browser import show_up


def visitor_has_waited(appointment: Appointment, seconds: int) -> None:
    """Simulate that the visitor opened the chat this long ago."""
    Participant.objects.open(appointment.pk, Role.VISITOR)
    Participant.objects.filter(role=Role.VISITOR).update(opened_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "overdue"), [(29, False), (31, True)])
@pytest.mark.django_db
def test_the_host_is_overdue_after_the_time_of_the_setting(remote, office, seconds, overdue):
    office(chat_wait_seconds=30)

    visitor_has_waited(remote, seconds)

    assert conversation_state(remote.pk, Role.VISITOR, remote.visitor_token).overdue is overdue


@pytest.mark.django_db
def test_a_host_who_has_once_opened_the_chat_is_not_overdue(remote):
    visitor_has_waited(remote, 1000)

    Participant.objects.open(remote.pk, Role.HOST)

    assert not conversation_state(remote.pk, Role.VISITOR, remote.visitor_token).overdue


@pytest.mark.django_db
def test_once_the_appointment_has_ended_nobody_waits(remote):
    visitor_has_waited(remote, 1000)

    remote.end(EndedBy.HOST)

    assert not conversation_state(remote.pk, Role.VISITOR, remote.visitor_token).overdue


@pytest.mark.django_db
def test_before_the_visitor_opens_the_chat_nobody_waits(in_person):
    Appointment.objects.update(started_at=timezone.now() - timedelta(hours=1))

    assert not conversation_state(in_person.pk, Role.VISITOR, in_person.visitor_token).overdue


def test_the_visitor_is_told_and_can_leave_a_message_until_the_host_comes(server, remote, tablet, phone):
    visitor_has_waited(remote, 121)

    tablet.goto(remote.url(Role.VISITOR, "chat"))
    offer = tablet.get_by_text("Tomás Herrera has not opened the chat yet. Leave a message")
    expect(offer).to_be_visible()
    write(tablet, "I have left the samples at reception")
    expect(said(tablet, "I have left the samples")).to_contain_text("Sent")

    phone.goto(remote.url(Role.HOST, "chat"))
    show_up(phone)
    expect(offer).to_be_hidden()
    expect(said(phone, "I have left the samples")).to_be_visible()


def test_the_visitor_is_told_without_a_reload(server, remote, tablet):
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    write(tablet, "Hello")
    expect(said(tablet, "Hello")).to_contain_text("Sent")

    visitor_has_waited(remote, 121)

    expect(tablet.get_by_text("has not opened the chat yet")).to_be_visible(timeout=12_000)


def test_who_waits_in_vain_is_sent_to_reception_once_the_messages_have_failed(server, remote, tablet):
    tablet.clock.install()
    visitor_has_waited(remote, 121)
    remote.notifications.update(state=State.QUEUED, created_at=timezone.now())
    tablet.goto(remote.url(Role.VISITOR, "chat"))
    expect(tablet.get_by_text("Leave a message, which waits for them here.")).to_be_visible()

    remote.notifications.update(state=State.FAILED, due_at=None)
    tablet.clock.fast_forward(16_000)

    expect(tablet.get_by_text("has not been told of it.")).to_contain_text("ask at reception")
