"""Several messages that a worker claims at once: how many, and what becomes of those that have to wait."""

import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from notifications import claims, pace, stops, tasks
from notifications.models import Attempt, Notification, State
from notifications.outbox import record
from tests.notifications.test_crashes import CROWD_SECONDS, let_leases_run_out
from tests.notifications.test_providers_failing import notice_to
from tests.notifications.waiting import eventually, outcomes
from tests.services.inbox import until

THREADS = 8


def notices(count, appointment):
    return [notice_to(f"guest{number}@visitor.example", appointment) for number in range(count)]


class TestThePace:
    def test_takes_one_at_a_time_of_what_has_not_been_sent_yet(self):
        assert pace.Pace().quick() == {}

    @pytest.mark.parametrize(
        ("seconds", "size"), [(0.001, pace.MOST_AT_ONCE), (0.05, 5), (0.125, 2), (0.13, None), (0.25, None), (10, None)]
    )
    def test_takes_as_many_as_are_sent_in_a_quarter_of_a_second(self, seconds, size):
        paced = pace.Pace()

        paced.note("email", seconds)

        assert paced.quick().get("email") == size

    def test_falls_back_to_one_with_the_first_message_that_takes_long(self):
        paced = pace.Pace()
        for _number in range(100):
            paced.note("email", 0.01)

        paced.note("email", 0.5)

        assert paced.quick() == {}

    def test_does_not_trust_one_quick_message_after_a_slow_one(self):
        paced = pace.Pace()
        paced.note("email", 0.5)

        paced.note("email", 0.001)

        assert paced.quick() == {}

    def test_knows_each_channel_by_itself(self):
        paced = pace.Pace()
        paced.note("email", 0.05)

        paced.note("sms", 0.25)

        assert paced.quick() == {"email": 5}


@pytest.fixture
def quick(monkeypatch):
    """A worker that has found emails to be quick, and has nothing in hand."""
    paced = pace.Pace()
    paced.note("email", 0.01)
    monkeypatch.setattr(tasks, "_pace", paced)
    yield paced
    tasks._in_hand.clear()


@pytest.fixture
def sending(mailbox, settings):
    """Emails that this process sends arrive in the mailbox."""
    settings.EMAIL_BACKEND = "notifications.email.backend.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port


@pytest.fixture
def guests(in_person):
    """The messages to forty guests, each queued; none of the visit itself."""
    in_person.notifications.all().delete()
    record(in_person, notices(40, in_person))
    found = list(in_person.notifications.order_by("pk"))
    for each in found:
        tasks.deliver(each.pk)
    return found


def test_a_thread_takes_its_share_of_what_waits(quick, sending, mailbox, guests):
    HUEY.dequeue()

    tasks.deliver.call_local(guests[0].pk)

    # Of 39 that wait, each of eight threads has four, and its own.
    assert len(mailbox.messages) == 5
    assert Notification.objects.filter(state=State.QUEUED).count() == 35


def test_few_messages_are_left_to_the_other_threads(quick, sending, mailbox, guests):
    while HUEY.pending_count() > THREADS - 1:
        HUEY.dequeue()

    tasks.deliver.call_local(guests[0].pk)

    assert [message["X-RcptTo"] for message in mailbox.messages] == [guests[0].recipient]


def test_a_slow_channel_is_taken_one_by_one(quick, sending, mailbox, guests):
    quick.note("email", 0.25)

    tasks.deliver.call_local(guests[0].pk)

    assert len(mailbox.messages) == 1


def test_a_queue_entry_of_what_is_sent_already_helps_with_the_rest(quick, sending, mailbox, guests):
    HUEY.dequeue()
    claims.claim(guests[0].pk)

    tasks.deliver.call_local(guests[0].pk)

    assert len(mailbox.messages) == 4


def put_in_hand(count, *, waited):
    """Claim these many as a thread does that has then been held up for so long."""
    first = Notification.objects.due(timezone.now()).order_by("pk")[0]
    taken = claims.take(first.pk, ["email"], count - 1)
    since = time.monotonic() - waited.total_seconds()
    tasks._in_hand.extend(tasks._Held(each, is_stopped=False, claimed_at=since) for each in taken)
    return taken


LONG = claims.MAX_WAIT + timedelta(seconds=1)


def test_what_has_waited_gets_a_whole_lease_before_it_is_sent(quick, sending, mailbox, guests):
    [held] = put_in_hand(1, waited=LONG)
    Notification.objects.filter(pk=held.pk).update(due_at=timezone.now() + timedelta(seconds=1))
    mailbox.refuse(held.recipient, "452 4.2.2 Mailbox full")

    assert claims.renew(held)

    held.refresh_from_db()
    assert held.due_at > timezone.now() + claims.LONGEST_ATTEMPT


def test_what_has_waited_and_is_still_this_workers_is_sent(quick, sending, mailbox, guests):
    put_in_hand(3, waited=LONG)
    quick.note("email", 1)

    tasks.deliver.call_local(0)

    assert len(mailbox.messages) == 3
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"accepted"}


def test_what_another_worker_has_meanwhile_is_left_to_it(quick, sending, mailbox, guests):
    mine, others = put_in_hand(2, waited=LONG)
    quick.note("email", 1)
    Notification.objects.filter(pk=others.pk).update(due_at=timezone.now())
    assert claims.claim(others.pk)

    tasks.deliver.call_local(0)

    assert [message["X-RcptTo"] for message in mailbox.messages] == [mine.recipient]
    assert outcomes(others) == ["interrupted", "started"]


def test_what_has_become_pointless_while_it_waited_is_not_sent(quick, sending, mailbox, guests):
    [held] = put_in_hand(1, waited=LONG)
    quick.note("email", 1)
    Notification.objects.filter(pk=held.pk).update(withdrawn=True)

    tasks.deliver.call_local(0)

    assert mailbox.messages == []


def test_what_has_been_stopped_while_it_waited_is_held_back(quick, sending, mailbox, guests):
    [held] = put_in_hand(1, waited=LONG)
    quick.note("email", 1)
    stops.stop([held.recipient])

    tasks.deliver.call_local(0)

    held.refresh_from_db()
    assert (held.state, mailbox.messages) == (State.WITHHELD, [])


def test_what_is_stopped_is_held_back_without_the_others(quick, sending, mailbox, guests):
    stops.stop([guests[0].recipient])

    tasks.deliver.call_local(guests[0].pk)

    assert guests[0].recipient not in [message["X-RcptTo"] for message in mailbox.messages]
    assert Notification.objects.get(pk=guests[0].pk).state == State.WITHHELD
    assert len(mailbox.messages) > 1


@pytest.fixture
def idle(server):
    """The worker of the product, stopped before there was a message."""
    server.worker.stop()
    return server.worker


@pytest.mark.timeout(CROWD_SECONDS + 60)
def test_two_workers_that_race_for_hundreds_send_each_once(idle, mailbox, in_person):
    in_person.notifications.all().delete()
    record(in_person, notices(400, in_person))
    workers = [idle.another(), idle.another()]

    for worker in workers:
        worker.start()

    try:
        eventually(in_person.notifications.all(), count=400, state=State.SENT, seconds=CROWD_SECONDS)
    finally:
        for worker in workers:
            worker.stop(signal.SIGKILL)
    recipients = [message["X-RcptTo"] for message in mailbox.messages]
    assert (len(recipients), len(set(recipients))) == (400, 400)
    assert Attempt.objects.count() == 400


@pytest.mark.timeout(CROWD_SECONDS + 60)
def test_a_worker_killed_with_many_in_hand_loses_none_and_repeats_only_what_the_provider_had(idle, mailbox, in_person):
    in_person.notifications.all().delete()
    record(in_person, notices(400, in_person))
    in_hand = in_person.notifications.filter(state=State.SENDING)
    idle.start()

    # More than its threads send at this moment; where the machine is too slow for that, in the middle of the work.
    sent = in_person.notifications.filter(state=State.SENT)
    assert until(lambda: in_hand.count() > THREADS or sent.count() > 200)
    idle.stop(signal.SIGKILL)
    recorded = set(in_person.notifications.filter(state=State.SENT).values_list("recipient", flat=True))
    let_leases_run_out()
    idle.start()

    eventually(in_person.notifications.all(), count=400, state=State.SENT, seconds=CROWD_SECONDS)
    arrived = Counter(message["X-RcptTo"] for message in mailbox.messages)
    assert set(arrived) == set(in_person.notifications.values_list("recipient", flat=True))
    # Each thread may have handed one over whose acceptance the worker could not record any more.
    twice = [recipient for recipient, times in arrived.items() if times > 1]
    assert len(twice) <= THREADS
    assert not recorded.intersection(twice)
    assert sum(arrived.values()) == 400 + len(twice)
