"""Each claim of a page about a visit comes from a recorded fact."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from appointments.choices import EndedBy, Reply, Role
from appointments.models import Appointment
from appointments.notices import UNREACHED, remind
from notifications.models import LATE_AFTER, Audience, Notification, State
from tests.notifications.notices import words

HOPELESS = (State.KEPT, State.FAILED, State.WITHHELD)
PHONE = "tel:+918055500100"


@pytest.fixture
def anyone() -> Client:
    """A browser without cookies and CSRF token: its only credential is a link."""
    return Client(enforce_csrf_checks=True)


def to_host(visit, **changes):
    """Change the notifications to the host, by channel, as in `to_host(visit, email=State.SENT)`."""
    for channel, state in changes.items():
        visit.notifications.filter(audience=Audience.HOST, channel=channel).update(state=state)


def grow_old(visit):
    """Let the messages wait for as long as makes them late."""
    visit.notifications.update(created_at=timezone.now() - LATE_AFTER)


def sign(client, visit):
    """What the visitor's page says."""
    return client.get(visit.path(Role.VISITOR, "live")).content.decode()


@pytest.mark.parametrize("email", HOPELESS)
@pytest.mark.parametrize("sms", HOPELESS)
def test_with_nobody_told_the_sign_sends_the_visitor_to_reception(anyone, in_person, email, sms):
    to_host(in_person, email=email, sms=sms)

    page = sign(anyone, in_person)

    assert "<h2>Please go to reception</h2>" in page
    assert "Anika Rao has not been told that you are here." in page
    assert "Waiting for" not in page
    assert "Told" not in page
    assert PHONE in page


@pytest.mark.parametrize("other", [State.QUEUED, State.SENDING, *HOPELESS])
def test_what_has_waited_for_two_minutes_is_said_to_be_late_with_receptions_phone(anyone, in_person, other):
    to_host(in_person, email=State.QUEUED, sms=other)
    assert "It is late" not in sign(anyone, in_person)
    grow_old(in_person)

    page = sign(anyone, in_person)

    assert "<h2>Please go to reception</h2>" in page
    assert "Our messages are late: Anika Rao may not know yet that you are here." in page
    assert "Sending an email. It is late." in page
    assert PHONE in page


@pytest.mark.parametrize("told", [State.SENT, State.DELIVERED])
@pytest.mark.parametrize("other", [State.QUEUED, *HOPELESS])
def test_one_way_that_worked_is_enough_however_late_the_other_is(anyone, in_person, told, other):
    to_host(in_person, email=told, sms=other)
    grow_old(in_person)

    page = sign(anyone, in_person)

    assert "Waiting for Anika Rao" in page
    assert "Please go to reception" not in page


@pytest.mark.parametrize("other", HOPELESS)
def test_the_visitor_is_sent_to_tell_reception_only_while_the_host_does_not_know(anyone, in_person, other):
    to_host(in_person, email=State.QUEUED, sms=other)
    assert "Please tell reception." in sign(anyone, in_person)
    to_host(in_person, email=State.SENT)
    assert "Please tell reception." not in sign(anyone, in_person)

    to_host(in_person, email=State.FAILED)
    in_person.set_reply(Reply.ON_MY_WAY)

    assert "Please tell reception." not in sign(anyone, in_person)


def test_the_sign_steps_down_when_a_resend_is_accepted(anyone, in_person):
    to_host(in_person, email=State.FAILED, sms=State.FAILED)
    assert "Please go to reception" in sign(anyone, in_person)

    to_host(in_person, sms=State.SENT)

    assert "Please go to reception" not in sign(anyone, in_person)


def test_a_reminder_that_was_accepted_tells_the_host_too(anyone, in_person):
    to_host(in_person, email=State.FAILED, sms=State.FAILED)
    remind(in_person)
    in_person.notifications.filter(event="unanswered").update(state=State.SENT)

    page = sign(anyone, in_person)

    assert "Told by text" in page
    assert "Waiting for Anika Rao" in page


def test_a_reminder_on_its_way_does_not_hide_that_the_host_was_told(anyone, in_person):
    to_host(in_person, email=State.FAILED, sms=State.SENT)
    remind(in_person)

    assert "Told by text" in sign(anyone, in_person)


@pytest.mark.parametrize("accepted", [True, False])
def test_reception_is_said_to_have_been_told_only_where_it_was(anyone, in_person, accepted):
    to_host(in_person, email=State.FAILED, sms=State.FAILED)
    Notification.objects.create(
        subject=in_person,
        event=UNREACHED,
        audience=Audience.RECEPTION,
        channel="email",
        recipient="desk@meridianhouse.example",
        template="host-arrival",
        context={},
        state=State.SENT if accepted else State.KEPT,
    )

    assert ("Reception has been told." in sign(anyone, in_person)) == accepted


def test_an_answer_shows_whatever_became_of_the_messages(anyone, in_person):
    to_host(in_person, email=State.FAILED, sms=State.KEPT)
    in_person.set_reply(Reply.ON_MY_WAY)

    assert "Anika Rao is on the way" in sign(anyone, in_person)


def test_the_button_that_starts_without_the_host_says_what_it_does(anyone, in_person):
    page = anyone.get(in_person.path(Role.HOST)).content.decode()

    assert "<small>Tells the visitor to ask at reception</small>" in page
    assert "colleague" not in page.replace('value="colleague"', "")


@pytest.mark.parametrize("state", State)
def test_reception_is_said_to_be_asked_for_a_colleague_only_once_its_message_was_accepted(
    anyone, in_person, office, state
):
    office(reception_email="desk@meridianhouse.example")
    in_person.set_reply(Reply.COLLEAGUE)
    asked = in_person.notifications.filter(audience=Audience.RECEPTION)
    assert {each.recipient for each in asked} == {"desk@meridianhouse.example", "+918055500100"}
    asked.update(state=state)

    claim = "Reception has been asked to find a colleague."
    told = state in {State.SENT, State.DELIVERED}
    assert (claim in sign(anyone, in_person)) == told
    assert (claim in anyone.get(in_person.path(Role.HOST)).content.decode()) == told
    in_person.set_reply(Reply.ON_MY_WAY)
    assert claim not in sign(anyone, in_person)
    # Each reply is told anew.
    in_person.set_reply(Reply.COLLEAGUE)
    assert claim not in sign(anyone, in_person)


def test_reception_reads_who_asks_and_who_waits_and_gets_no_link_of_the_visit(in_person, office):
    office(reception_email="desk@meridianhouse.example")
    in_person.set_reply(Reply.COLLEAGUE)

    for message in in_person.notifications.filter(audience=Audience.RECEPTION):
        text = words(message)
        assert "Anika Rao asks for a colleague to meet Yusuf Al-Masri" in text
        assert in_person.visitor_token not in text
        assert in_person.host_token not in text


def test_a_reply_is_said_to_be_on_the_visitors_page_and_no_more(anyone, in_person):
    in_person.set_reply(Reply.FIVE_MINUTES)

    page = anyone.get(in_person.path(Role.HOST)).content.decode()

    assert "On Yusuf Al-Masri’s page since" in page
    assert "told" not in page


@pytest.mark.parametrize(
    ("by", "to_visitor", "to_host"),
    [
        (EndedBy.VISITOR, "You have checked out.", "Yusuf Al-Masri has checked out."),
        (EndedBy.HOST, "Anika Rao ended this appointment at", "You ended this appointment at"),
        (EndedBy.MANAGER, "The office ended this appointment at", "The office ended this appointment at"),
        (EndedBy.SYSTEM, "so it was ended automatically at", "so it was ended automatically at"),
    ],
)
def test_the_details_say_who_ended_it(anyone, in_person, by, to_visitor, to_host):
    in_person.end(by)

    pages = {role: anyone.get(in_person.path(role)).content.decode() for role in Role}

    assert to_visitor in pages[Role.VISITOR]
    assert to_host in pages[Role.HOST]
    assert sum("checked out" in page for page in pages.values()) == (2 if by == EndedBy.VISITOR else 0)
    assert "Thank you for your visit" not in pages[Role.HOST]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.QUEUED, "being sent"),
        (State.SENDING, "being sent"),
        (State.SENT, "sent"),
        (State.DELIVERED, "delivered"),
        (State.KEPT, "not sent"),
        (State.FAILED, "not delivered"),
        (State.WITHHELD, "not sent"),
    ],
)
def test_the_details_say_what_became_of_each_copy(anyone, in_person, state, said):
    in_person.end(EndedBy.VISITOR)
    in_person.notifications.filter(event="ended", channel="email").update(state=state)
    in_person.notifications.filter(event="ended", channel="sms").update(state=State.CANCELLED)

    assert f"Email with these details to you: {said}<" in anyone.get(in_person.path(Role.VISITOR)).content.decode()
    assert f"to the visitor: {said}<" in anyone.get(in_person.path(Role.HOST)).content.decode()
    fragment = anyone.get(in_person.path(Role.VISITOR, "live"), {"details": ""}).content.decode()
    assert f"Email with these details to you: {said}<" in fragment


def test_a_copy_that_waits_is_late_after_two_minutes(anyone, in_person):
    in_person.end(EndedBy.VISITOR)
    grow_old(in_person)

    assert "Email with these details to you: late<" in anyone.get(in_person.path(Role.VISITOR)).content.decode()


@pytest.mark.parametrize("role", Role)
def test_the_question_before_the_end_promises_the_details_only_with_a_provider(anyone, in_person, settings, role):
    page = anyone.get(in_person.path(role, "end")).content.decode()
    assert ("sends you the details" if role == Role.VISITOR else "sends the visitor the details") in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    page = anyone.get(in_person.path(role, "end")).content.decode()

    assert "sends" not in page
    assert "shows the details here" in page


BY_EMAIL, WAITS = "it is sent to them by email", "Leave a message, which waits for them here."
UNTOLD = "has not been told of it. Leave a message, which waits here, and ask at reception."


@pytest.mark.parametrize(
    ("email", "late", "said"),
    [
        (State.QUEUED, False, WAITS),
        (State.QUEUED, True, UNTOLD),
        (State.SENT, True, BY_EMAIL),
        *((state, False, UNTOLD) for state in HOPELESS),
    ],
)
def test_a_message_left_in_the_chat_is_promised_by_email_only_where_emails_arrive(anyone, remote, email, late, said):
    to_host(remote, email=email, sms=State.FAILED)
    if late:
        grow_old(remote)

    page = anyone.get(remote.path(Role.VISITOR, "chat")).content.decode()

    assert {words for words in (BY_EMAIL, WAITS, UNTOLD) if words in page} == {said}
    assert (f'Reception’s number is <a href="{PHONE}' in page) == (said == UNTOLD)


def test_a_message_left_in_the_chat_is_not_promised_by_email_to_a_host_who_was_told_by_text(anyone, remote):
    to_host(remote, email=State.FAILED, sms=State.SENT)

    assert WAITS in anyone.get(remote.path(Role.VISITOR, "chat")).content.decode()


def test_a_visitor_who_has_left_is_not_said_to_be_here(anyone, in_person):
    Appointment.objects.update(started_at=timezone.now() - timedelta(hours=1))
    in_person.end(EndedBy.VISITOR)

    page = anyone.get(in_person.path(Role.HOST, "chat")).content.decode()

    assert "<span data-open hidden>" in page
    assert "was here to see you, from" in page


def test_nobody_is_said_to_be_at_reception_who_checked_in_elsewhere(anyone, in_person):
    page = anyone.get(in_person.path(Role.HOST)).content.decode()

    assert "Checked in at" in page
    assert "At reception since" not in page
