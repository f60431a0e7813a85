"""Each event is sent once, inside the transaction of the change."""

import threading
import uuid

import pytest
from django.db import close_old_connections, connection, transaction
from django.dispatch import Signal

from appointments import events
from appointments.admission import NotOffered
from appointments.choices import EndedBy, Reply
from appointments.models import Appointment
from tests.cast import make_appointment

pytestmark = pytest.mark.django_db


class Listener:
    """Records each event: its appointment, and whether the transaction was still open."""

    def __init__(self, event: Signal) -> None:
        self.heard: list[tuple[int, bool]] = []
        event.connect(self._hear, sender=Appointment)

    def _hear(self, *, appointment: Appointment, **kwargs: object) -> None:
        self.heard.append((appointment.pk, connection.in_atomic_block))


@pytest.fixture
def listen():
    """Listens for an event until the test is over."""
    connected: list[tuple[Signal, Listener]] = []

    def to(event: Signal) -> Listener:
        listener = Listener(event)
        connected.append((event, listener))
        return listener

    yield to
    for event, listener in connected:
        assert event.disconnect(listener._hear, sender=Appointment)


@pytest.mark.django_db(transaction=True)
def test_each_is_sent_once_inside_its_transaction(host, listen):
    started, replied, ended = (listen(event) for event in (events.started, events.replied, events.ended))

    appointment = make_appointment(host)
    appointment.set_reply(Reply.ON_MY_WAY)
    appointment.end(EndedBy.HOST)

    assert started.heard == replied.heard == ended.heard == [(appointment.pk, True)]


def test_a_form_that_arrives_twice_starts_once(host, listen):
    started, key = listen(events.started), uuid.uuid4()

    for _ in range(2):
        make_appointment(host, idempotency_key=key)

    assert len(started.heard) == 1


def test_a_refused_check_in_sends_no_event(host, in_person, listen):
    started = listen(events.started)

    with pytest.raises(NotOffered):
        make_appointment(host, visitor_name="Chen Wei")

    assert started.heard == []


def test_the_same_reply_again_is_no_reply(in_person, listen):
    in_person.set_reply(Reply.ON_MY_WAY)
    replied = listen(events.replied)

    in_person.set_reply(Reply.ON_MY_WAY)
    assert replied.heard == []

    assert in_person.set_reply(Reply.FIVE_MINUTES)
    assert len(replied.heard) == 1


def test_a_reply_after_the_end_sends_no_event(in_person, listen):
    in_person.end(EndedBy.VISITOR)
    replied = listen(events.replied)

    assert not in_person.set_reply(Reply.ON_MY_WAY)
    assert replied.heard == []


def test_saving_sends_no_event(in_person, listen):
    heard = [listen(event) for event in (events.started, events.replied, events.ended)]

    in_person.save()

    assert [listener.heard for listener in heard] == [[], [], []]


def test_a_receiver_that_fails_rolls_the_end_back(in_person):
    def fail(**kwargs: object) -> None:
        raise RuntimeError("The list of guests is not to be reached")

    events.ended.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            in_person.end(EndedBy.VISITOR)
    finally:
        events.ended.disconnect(fail)

    in_person.refresh_from_db()
    assert in_person.is_ongoing


@pytest.mark.django_db(transaction=True)
def test_both_people_ending_at_once_send_one_event(in_person, listen):
    ended = listen(events.ended)
    barrier = threading.Barrier(8)

    def end(by: EndedBy) -> None:
        barrier.wait()
        try:
            Appointment.objects.get(pk=in_person.pk).end(by)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=end, args=[by]) for by in [EndedBy.HOST, EndedBy.VISITOR] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ended.heard) == 1
