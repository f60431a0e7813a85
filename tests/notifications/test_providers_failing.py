"""Mail servers and Twilio that are down, slow or refuse: messages are retried or fail without delaying others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notification, State
from notifications.outbox import record, send_again
from tests.cast import make_appointment, make_host
from tests.notifications.notices import notices_for
from tests.notifications.waiting import eventually, outcomes
from tests.services.twilio import HANG, RESET, Answer

HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"
HOST_PHONE = "+919876543201"


def to(recipient):
    return Notification.objects.filter(recipient=recipient)


def pause_of(notification):
    """The time until the next attempt."""
    assert notification.due_at is not None
    return notification.due_at - timezone.now()


def test_mail_goes_out_by_itself_once_the_server_is_back(server, mailbox, host):
    mailbox.stop()
    make_appointment(host)
    [waiting] = eventually(to(HOST), attempts=1, state=State.QUEUED)

    mailbox.start()

    assert "The mail server cannot be reached" in waiting.reason
    assert len(mailbox.wait(HOST, seconds=60)) == 1
    [sent] = eventually(to(HOST), state=State.SENT)
    assert (outcomes(sent)[0], outcomes(sent)[-1]) == ("postponed", "accepted")


def test_one_refused_recipient_of_four_costs_the_others_nothing(server, mailbox, host):
    mailbox.refuse(VISITOR)
    make_appointment(host)
    make_appointment(make_host(name="Bea Novak"), visitor_email="chen@visitor.example")

    for recipient in (HOST, "bea@meridianhouse.example", "chen@visitor.example"):
        eventually(to(recipient), state=State.SENT)
    [refused] = eventually(to(VISITOR), state=State.FAILED)
    assert refused.reason.endswith(
        "Correct it, and send the message again. The mail server answered 550: 5.1.1 No such mailbox"
    )
    assert refused.attempts == 1
    assert len(mailbox.messages) == 3


def test_a_mailbox_that_is_full_for_now_is_tried_again(server, mailbox, in_person):
    mailbox.refuse("late@visitor.example", "452 4.2.2 Mailbox full")
    make_appointment(make_host(name="Bea Novak"), visitor_email="late@visitor.example")

    [waiting] = eventually(to("late@visitor.example"), attempts=1, state=State.QUEUED)

    assert waiting.reason.endswith("The mail server answered 452: 4.2.2 Mailbox full")
    assert pause_of(waiting) > timedelta()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(429, 20429, "Too Many Requests"), "Twilio answered 20429: Too Many Requests"),
        (Answer(500, 20500, "Internal Server Error"), "Twilio answered 20500: Internal Server Error"),
        (Answer(401, 20003, "Authenticate"), "Twilio answered 20003: Authenticate"),
        (HANG, "Twilio cannot be reached: "),
        (RESET, "Twilio cannot be reached: "),
    ],
    ids=["429", "500", "401", "no answer", "connection reset"],
)
def test_a_text_that_twilio_temporarily_rejects_is_retried(server, twilio, host, answer, reason):
    twilio.answer_number(HOST_PHONE, answer)
    make_appointment(host)

    [waiting] = eventually(to(HOST_PHONE), attempts=1, state=State.QUEUED)

    assert reason in waiting.reason
    assert timedelta() < pause_of(waiting) <= timedelta(seconds=10)
    eventually(to("+447700900142"), state=State.SENT)


def test_a_retry_waits_for_twilios_retry_after(server, twilio, host):
    twilio.answer_number(HOST_PHONE, Answer(429, 20429, "Too Many Requests", {"Retry-After": "90"}))
    make_appointment(host)

    [waiting] = eventually(to(HOST_PHONE), attempts=1, state=State.QUEUED)

    assert pause_of(waiting) > timedelta(seconds=60)


@pytest.mark.parametrize("code", [21211, 21214, 21408, 21610, 21614])
def test_a_number_that_twilio_permanently_rejects_fails_at_once(server, twilio, host, code):
    twilio.answer_number(HOST_PHONE, Answer(400, code, "Not a number for texts"))
    make_appointment(host)

    [failed] = eventually(to(HOST_PHONE), state=State.FAILED)

    assert failed.reason.endswith(f" Twilio answered {code}: Not a number for texts")
    assert failed.attempts == 1


def test_sending_again_makes_a_new_attempt(server, mailbox, in_person):
    eventually(to(HOST), state=State.SENT)

    assert send_again(to(HOST)).queued == 1

    first, second = mailbox.wait(HOST, count=2)
    [sent] = eventually(to(HOST), attempts=2, state=State.SENT)
    assert outcomes(sent) == ["accepted", "accepted"]
    assert first["Message-ID"] != second["Message-ID"]


def test_what_a_worker_is_sending_or_what_is_cancelled_is_not_sent_again(host, in_person):
    in_person.notifications.filter(channel="sms").update(state=State.SENDING)
    in_person.notifications.filter(channel="email").update(state=State.CANCELLED)

    assert send_again(in_person.notifications.all()).queued == 0


def test_many_messages_share_the_connections_of_the_workers_threads(server, mailbox, host, in_person):
    notices = [notice_to(f"guest{number}@visitor.example", in_person) for number in range(40)]

    record(host, notices)

    mailbox.wait("", "You’re checked in", count=41)
    assert len(mailbox.connections) <= 8


def notice_to(recipient, appointment):
    """A notice with a unique event, so that a test may record any number about one subject."""
    [notice] = [n for n in notices_for(appointment) if (n.audience, n.channel) == ("visitor", "email")]
    return replace(notice, event=recipient.partition("@")[0], recipient=recipient)
