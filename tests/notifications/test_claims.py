"""The life cycle of a notification: leases, retries, and changes of the system clock."""

import random
from datetime import timedelta
from typing import cast

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from appointments.choices import EndedBy
from notifications import claims, retries, tasks
from notifications.channels import get_channel
from notifications.email.channel import Email
from notifications.models import Notification, Outcome, State
from notifications.outbox import send_again
from notifications.results import Accepted, Postponed, Refused
from tests.cast import make_appointment, make_host
from tests.notifications.waiting import outcomes

DAY = timedelta(hours=24)


@pytest.fixture
def queued(in_person):
    """One queued notification, the host's email."""
    return in_person.notifications.get(audience="host", channel="email")


@pytest.fixture
def clock(monkeypatch):
    """A system clock that tests can set."""

    class Clock:
        moved = timedelta()

        def move(self, by):
            self.moved += by

    clock, real = Clock(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + clock.moved)
    return clock


def take(notification):
    """Claim the notification as a worker does; fail if it cannot be claimed."""
    held = claims.claim(notification.pk)
    assert held is not None
    return held


def test_only_one_worker_can_claim_a_row(queued):
    assert claims.claim(queued.pk)
    assert claims.claim(queued.pk) is None


def test_a_row_with_an_expired_lease_can_be_claimed_again(queued, clock):
    claims.claim(queued.pk)
    clock.move(claims.LEASE)

    second = take(queued)

    assert (second.attempts, outcomes(second)) == (2, [Outcome.INTERRUPTED, Outcome.STARTED])


@pytest.mark.parametrize("result", [Accepted("late"), Refused("late"), Postponed("late")])
def test_a_worker_with_an_expired_lease_cannot_change_a_row_that_another_has_claimed(queued, clock, result):
    late = take(queued)
    clock.move(claims.LEASE)
    current = take(queued)

    claims.settle(late, result)

    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.reason) == (State.SENDING, current.attempts, "")


def test_claiming_takes_this_row_and_no_other(in_person, queued):
    claims.claim(queued.pk)

    assert set(in_person.notifications.exclude(pk=queued.pk).values_list("state", flat=True)) == {State.QUEUED}


def test_what_became_pointless_in_the_hands_of_a_dead_worker_is_not_taken_again(in_person, queued, clock):
    claims.claim(queued.pk)
    in_person.end(EndedBy.VISITOR)
    clock.move(claims.LEASE)

    assert claims.claim(queued.pk) is None


@pytest.mark.parametrize(
    ("result", "state", "outcome", "provider_id", "reason"),
    [
        (Accepted("id-1"), State.SENT, Outcome.ACCEPTED, "id-1", ""),
        (Refused("No such mailbox"), State.FAILED, Outcome.REFUSED, "", "No such mailbox"),
        (Postponed("Busy"), State.QUEUED, Outcome.POSTPONED, "", "Busy"),
    ],
)
def test_what_came_of_an_attempt_is_written_down_of_this_one_alone(
    in_person, queued, clock, result, state, outcome, provider_id, reason
):
    other = in_person.notifications.get(audience="visitor", channel="email")
    for notification in (queued, other):
        claims.claim(notification.pk)
    clock.move(claims.LEASE)
    held, held_elsewhere = take(queued), take(other)
    Notification.objects.filter(pk=queued.pk).update(reason="Of an earlier attempt")
    now = timezone.now()

    claims.settle(held, result)

    queued.refresh_from_db()
    assert (queued.state, queued.provider_id, queued.reason) == (state, provider_id, reason)
    times = {State.SENT: queued.sent_at, State.FAILED: queued.failed_at, State.QUEUED: queued.due_at}
    assert {each for each, at in times.items() if at is not None} == {state}
    assert times[state] >= now
    first, last = queued.history.all()
    assert (first.outcome, last.outcome) == (Outcome.INTERRUPTED, outcome)
    assert (last.provider_id, last.reason) == (provider_id, reason)
    assert first.ended_at <= now <= last.ended_at
    other.refresh_from_db()
    assert (other.state, other.attempts) == (State.SENDING, held_elsewhere.attempts)
    assert outcomes(other) == [Outcome.INTERRUPTED, Outcome.STARTED]


def test_open_pages_hear_of_every_step(queued, clock, heard):
    claims.settle(take(queued), Accepted("id-1"))
    send_again(Notification.objects.filter(pk=queued.pk))
    Notification.objects.filter(pk=queued.pk).update(attempts_this_round=retries.MAX_ATTEMPTS - 1)
    claims.claim(queued.pk)
    clock.move(claims.LEASE)
    tasks.sweep.call_local()

    states = [state for pk, state in heard if pk == queued.pk]
    assert states == [State.SENDING, State.SENT, State.SENDING, State.FAILED]


def test_what_is_put_off_waits_for_as_long_as_the_provider_asked(queued):
    claims.settle(take(queued), Postponed("Busy", timedelta(minutes=20)))

    queued.refresh_from_db()
    assert timedelta(minutes=19) < queued.due_at - timezone.now() <= timedelta(minutes=20)


def test_what_is_put_off_is_scheduled_for_the_end_of_its_pause(queued, settings):
    # Nothing listens on port 1.
    settings.EMAIL_BACKEND = "notifications.email.backend.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    cast("Email", get_channel("email")).connection.close()

    tasks.deliver.call_local(queued.pk)

    queued.refresh_from_db()
    assert (queued.state, outcomes(queued)) == (State.QUEUED, [Outcome.POSTPONED])
    assert [(task.args, task.eta is not None) for task in HUEY.pending()] == [((queued.pk,), True)]


def test_retries_go_on_for_a_day_with_growing_pauses_of_half_an_hour_at_most(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    shortest = [retries.pause(tries) for tries in range(1, retries.MAX_ATTEMPTS)]

    assert all(pause <= timedelta(minutes=30) for pause in shortest)
    assert DAY <= sum(shortest, timedelta()) < DAY + timedelta(minutes=30)


def test_a_pause_doubles_and_is_never_longer_than_its_whole_length(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: high)

    pauses = [retries.pause(tries).total_seconds() for tries in range(1, 11)]

    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800]


def test_no_two_pauses_are_alike():
    assert len({retries.pause(5) for _ in range(20)}) > 10


@pytest.mark.parametrize(("asked", "least"), [(90, 90), (7200, 1800)])
def test_a_pause_is_as_long_as_the_provider_asks_up_to_half_an_hour(asked, least):
    assert retries.pause(1, timedelta(seconds=asked)) == timedelta(seconds=least)


def test_after_the_last_attempt_it_fails_with_the_last_reason(queued):
    Notification.objects.filter(pk=queued.pk).update(attempts_this_round=retries.MAX_ATTEMPTS - 1)

    claims.settle(take(queued), Postponed("Still down"))

    queued.refresh_from_db()
    assert (queued.state, queued.reason, queued.due_at) == (State.FAILED, "Still down", None)
    assert queued.failed_at is not None


def test_a_notification_withdrawn_while_it_is_sent_is_not_retried(in_person, queued):
    held = take(queued)
    in_person.end(EndedBy.VISITOR)

    claims.settle(held, Postponed("Not now"))

    queued.refresh_from_db()
    assert (queued.state, queued.due_at) == (State.CANCELLED, None)


def test_a_notification_withdrawn_under_the_lease_of_a_killed_worker_is_cancelled(in_person, queued, clock):
    claims.claim(queued.pk)
    in_person.end(EndedBy.VISITOR)
    clock.move(claims.LEASE)

    tasks.sweep.call_local()

    queued.refresh_from_db()
    assert (queued.state, queued.due_at) == (State.CANCELLED, None)


def test_giving_up_on_one_leaves_alone_what_another_worker_is_sending(in_person, queued, clock):
    other = make_appointment(make_host(name="Bea Novak")).notifications.get(audience="host", channel="email")
    claims.claim(queued.pk)
    in_person.end(EndedBy.VISITOR)
    clock.move(claims.LEASE)
    claims.claim(other.pk)

    tasks.sweep.call_local()

    other.refresh_from_db()
    assert (other.state, outcomes(other)) == (State.SENDING, [Outcome.STARTED])


class TestAClockSetBack:
    @pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=3)])
    def test_does_not_keep_a_new_notification_waiting(self, queued, clock, back):
        clock.move(-back)

        tasks.sweep.call_local()

        assert claims.claim(queued.pk)

    def test_does_not_keep_a_retry_waiting(self, queued, clock):
        claims.settle(take(queued), Postponed("Down"))
        clock.move(-timedelta(hours=3))

        tasks.sweep.call_local()

        assert claims.claim(queued.pk)

    def test_gives_a_worker_that_is_sending_its_whole_lease_and_no_more(self, queued, clock):
        claims.claim(queued.pk)
        clock.move(-timedelta(hours=3))

        tasks.sweep.call_local()

        assert claims.claim(queued.pk) is None
        clock.move(claims.LEASE + timedelta(seconds=1))
        assert claims.claim(queued.pk)


class TestTheSweep:
    def test_leaves_a_retry_its_pause(self, queued):
        claims.settle(take(queued), Postponed("Busy", timedelta(minutes=20)))

        tasks.sweep.call_local()

        queued.refresh_from_db()
        assert queued.due_at > timezone.now() + timedelta(minutes=19)

    def test_does_not_hide_how_long_a_message_has_been_due(self, queued, clock):
        due_at = queued.due_at
        clock.move(timedelta(minutes=5))

        tasks.sweep.call_local()

        queued.refresh_from_db()
        assert queued.due_at == due_at

    def test_leaves_what_a_killed_worker_held_to_the_next(self, queued, clock):
        claims.claim(queued.pk)
        clock.move(claims.LEASE)

        tasks.sweep.call_local()

        assert take(queued).attempts == 2

    def test_queues_the_longest_due_first_and_no_more_than_there_is_room_for(self, in_person, monkeypatch):
        for number, notification in enumerate(in_person.notifications.order_by("-pk")):
            due_at = timezone.now() - timedelta(minutes=10 - number)
            Notification.objects.filter(pk=notification.pk).update(due_at=due_at)
        monkeypatch.setattr(tasks, "MAX_QUEUE_LENGTH", 3)

        tasks.sweep.call_local()

        queue = [task.args[0] for task in HUEY.pending()]
        assert queue == list(in_person.notifications.order_by("-pk").values_list("pk", flat=True)[:3])


def test_a_message_that_kills_every_worker_fails(queued, clock):
    for _ in range(retries.MAX_ATTEMPTS):
        assert claims.claim(queued.pk)
        clock.move(claims.LEASE)

    tasks.sweep.call_local()

    queued.refresh_from_db()
    assert (queued.state, queued.due_at) == (State.FAILED, None)
    assert queued.reason == "Each worker that took it was interrupted"
    assert queued.failed_at is not None
    assert set(outcomes(queued)) == {Outcome.INTERRUPTED}
    assert not queued.history.filter(ended_at=None).exists()


def test_a_withdrawn_notification_that_was_sent_can_be_sent_again(in_person, queued):
    held = take(queued)
    in_person.end(EndedBy.VISITOR)
    claims.settle(held, Accepted("in time"))

    send_again(Notification.objects.filter(pk=queued.pk))

    assert claims.claim(queued.pk)


def test_what_is_deleted_while_it_is_sent_is_no_fault(queued):
    held = take(queued)
    Notification.objects.filter(pk=queued.pk).delete()

    claims.settle(held, Accepted("in time"))

    assert not Notification.objects.filter(pk=held.pk).exists()
