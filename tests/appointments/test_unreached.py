"""Reception is told when a host cannot be told of a visitor, and only where that message went out is it said so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import tasks
from appointments.choices import EndedBy, Reply
from appointments.delivery_log import telling
from appointments.unreached import unreached
from notifications import claims
from notifications.models import Audience, State
from notifications.results import Accepted, Postponed, Refused
from tests.cast import make_appointment
from tests.notifications.notices import words
from tests.notifications.waiting import eventually
from tests.services.twilio import Answer

DESK, MOBILE, LANDLINE = "reception@meridianhouse.example", "+919876500999", "+442079460958"
HOST, HOST_PHONE = "anika@meridianhouse.example", "+919876543201"


@pytest.fixture(autouse=True)
def desk(office):
    office(reception_email=DESK, reception_phone=LANDLINE)


def to_host(appointment):
    return appointment.notifications.filter(audience=Audience.HOST, event="started").order_by("channel")


def to_reception(appointment):
    return appointment.notifications.filter(audience=Audience.RECEPTION)


def settle(notifications, *results):
    """A worker makes one attempt of each of these, with these results."""
    for notification, result in zip(notifications, results, strict=True):
        held = claims.claim(notification.pk)
        assert held is not None
        claims.settle(held, result)


def test_reception_is_told_at_once_when_every_message_to_the_host_has_failed(in_person):
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))

    [email] = to_reception(in_person)
    assert (email.recipient, email.channel, email.state) == (DESK, "email", State.QUEUED)
    assert words(email).startswith("Subject: Anika Rao has not been told yet: Yusuf Al-Masri is waiting")
    assert "+44 7700 900142" in words(email)


@pytest.mark.parametrize("other", [Accepted("id-1"), Postponed("Busy")])
def test_nobody_is_told_while_one_message_has_arrived_or_may(in_person, other):
    settle(to_host(in_person), Refused("No such mailbox"), other)
    tasks.tell_reception.call_local()

    assert not to_reception(in_person).exists()


def test_what_is_late_everywhere_is_as_good_as_failed(in_person):
    settle(to_host(in_person), Postponed("535 Bad credentials"), Postponed("Twilio answered 20003"))
    to_host(in_person).update(created_at=timezone.now() - timedelta(minutes=2))

    tasks.tell_reception.call_local()

    assert to_reception(in_person).count() == 1


def test_what_was_held_back_before_anything_was_tried_counts_too(in_person):
    to_host(in_person).update(state=State.WITHHELD, withheld="office", due_at=None)

    tasks.tell_reception.call_local()

    assert to_reception(in_person).count() == 1


def test_where_nothing_is_set_up_reception_gets_nothing_to_read_on_a_console(in_person):
    to_host(in_person).update(state=State.KEPT, due_at=None)

    assert not unreached().exists()


def test_a_channel_that_is_not_set_up_does_not_hide_that_the_other_failed(in_person):
    in_person.notifications.filter(audience=Audience.HOST, channel="email").update(state=State.KEPT, due_at=None)
    settle(to_host(in_person).filter(channel="sms"), Refused("Not a number"))

    assert to_reception(in_person).count() == 1


def test_reception_is_told_once_whatever_follows(in_person):
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))
    for _again in range(2):
        tasks.tell_reception.call_local()
        in_person.save()

    assert to_reception(in_person).count() == 1


@pytest.mark.parametrize("over", ["answered", "ended"])
def test_what_is_over_calls_for_nothing_and_withdraws_what_waits(in_person, over):
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))

    if over == "answered":
        in_person.set_reply(Reply.ON_MY_WAY)
    else:
        in_person.end(EndedBy.VISITOR)

    assert to_reception(in_person).get().state == State.CANCELLED
    assert not unreached().exists()


@pytest.mark.parametrize(
    ("contact", "addresses"),
    [
        ({"reception_email": "", "reception_phone": ""}, set()),
        ({"reception_email": DESK, "reception_phone": LANDLINE}, {DESK}),
        ({"reception_email": "", "reception_phone": MOBILE}, {MOBILE}),
        ({"reception_email": DESK, "reception_phone": MOBILE}, {DESK, MOBILE}),
    ],
)
def test_it_goes_to_what_the_office_has_given_and_never_to_a_landline(in_person, office, contact, addresses):
    office(**contact)
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))

    assert set(to_reception(in_person).values_list("recipient", flat=True)) == addresses


@pytest.mark.parametrize("state", State)
def test_reception_counts_as_told_only_once_that_message_was_accepted(in_person, state):
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))
    to_reception(in_person).update(state=state)

    assert telling(in_person).reception_was_told == (state in {State.SENT, State.DELIVERED})


def test_it_holds_no_link_of_the_visitor_or_the_host(in_person):
    settle(to_host(in_person), Refused("No such mailbox"), Refused("Not a number"))

    [email] = to_reception(in_person)
    for token in (in_person.host_token, in_person.visitor_token):
        assert token not in words(email)
        assert token not in str(email.context)


def test_one_visit_with_a_fault_does_not_keep_reception_from_hearing_of_the_others(in_person, remote, monkeypatch):
    for appointment in (in_person, remote):
        to_host(appointment).update(state=State.WITHHELD, withheld="office", due_at=None)
    fail_for(in_person, monkeypatch, "appointments.tasks.tell_reception_of")

    tasks.tell_reception.call_local()

    assert not to_reception(in_person).exists()
    assert to_reception(remote).exists()


def fail_for(appointment, monkeypatch, name):
    """Let what `name` does with this appointment fail."""
    module, _dot, function = name.rpartition(".")
    original = getattr(__import__(module, fromlist=[function]), function)

    def faulty(pk):
        if pk == appointment.pk:
            raise RuntimeError("A fault")
        original(pk)

    monkeypatch.setattr(name, faulty)


def test_through_real_servers_the_desk_reads_who_waits_for_whom(server, mailbox, twilio, host):
    mailbox.refuse(HOST)
    twilio.answer_number(HOST_PHONE, Answer(400, 21211, "Not a valid number"))
    appointment = make_appointment(host)

    # The number in the environment of the processes, by which the worker tells reception.
    [text] = twilio.wait("+918055500100", "Anika Rao has not been told yet that Yusuf Al-Masri is waiting")

    assert "http" not in text.body
    eventually(to_reception(appointment), state=State.SENT)
    assert telling(appointment).reception_was_told
