"""The life of a notification, step by step: who may hold it, when it is tried again, and what a changed clock does."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import EndedBy
from notifications import claims, retries, tasks
from notifications.models import Notification, Outcome, State
from notifications.results import Accepted, Postponed, Refused
from tests.notifications.waiting import outcomes

DAY = timedelta(hours=24)


@pytest.fixture
def queued(in_person):
    """One queued notification, the host's email."""
    return in_person.notifications.get(audience="host", channel="email")


@pytest.fixture
def clock(monkeypatch):
    """A wall clock that tests can move."""

    class Clock:
        moved = timedelta()

        def move(self, by):
            self.moved += by

    clock, real = Clock(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + clock.moved)
    return clock


def take(notification):
    """Claim it, as a worker does that gets it."""
    held = claims.claim(notification.pk)
    assert held is not None
    return held


def test_a_row_has_one_holder(queued):
    assert claims.claim(queued.pk)
    assert claims.claim(queued.pk) is None


def test_a_lease_that_ran_out_is_taken_again(queued, clock):
    claims.claim(queued.pk)
    clock.move(claims.LEASE)

    second = take(queued)

    assert (second.attempts, outcomes(second)) == (2, [Outcome.INTERRUPTED, Outcome.STARTED])


@pytest.mark.parametrize("result", [Accepted("late"), Refused("late"), Postponed("late")])
def test_a_worker_thought_dead_cannot_change_what_another_holds(queued, clock, result):
    late = take(queued)
    clock.move(claims.LEASE)
    current = take(queued)

    claims.settle(late, result)

    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.reason) == (State.SENDING, current.attempts, "")


def test_retries_go_on_for_a_day_with_growing_pauses_of_half_an_hour_at_most(monkeypatch):
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    shortest = [retries.pause(tries) for tries in range(1, retries.MOST_TRIES)]

    assert all(pause <= timedelta(minutes=30) for pause in shortest)
    assert DAY <= sum(shortest, timedelta()) < DAY + timedelta(minutes=30)


def test_no_two_pauses_are_alike():
    assert len({retries.pause(5) for _ in range(20)}) > 10


@pytest.mark.parametrize(("asked", "least"), [(90, 90), (7200, 1800)])
def test_a_pause_is_as_long_as_the_provider_asks_up_to_half_an_hour(asked, least):
    assert retries.pause(1, timedelta(seconds=asked)) == timedelta(seconds=least)


def test_after_the_last_try_it_fails_with_the_last_reason(queued):
    Notification.objects.filter(pk=queued.pk).update(tries=retries.MOST_TRIES - 1)

    claims.settle(take(queued), Postponed("Still down"))

    queued.refresh_from_db()
    assert (queued.state, queued.reason, queued.due_at) == (State.FAILED, "Still down", None)


def test_what_became_pointless_while_it_was_sent_is_not_tried_again(in_person, queued):
    held = take(queued)
    in_person.end(EndedBy.VISITOR)

    claims.settle(held, Postponed("Not now"))

    queued.refresh_from_db()
    assert (queued.state, queued.due_at) == (State.CANCELLED, None)


def test_what_became_pointless_in_the_hands_of_a_killed_worker_is_cancelled(in_person, queued, clock):
    claims.claim(queued.pk)
    in_person.end(EndedBy.VISITOR)
    clock.move(claims.LEASE)

    tasks.sweep.call_local()

    queued.refresh_from_db()
    assert queued.state == State.CANCELLED


class TestAClockSetBack:
    def test_does_not_keep_a_new_notification_waiting(self, queued, clock):
        clock.move(-timedelta(hours=3))

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


def test_a_poisonous_message_that_kills_every_worker_is_given_up(queued, clock):
    for _ in range(retries.MOST_TRIES):
        assert claims.claim(queued.pk)
        clock.move(claims.LEASE)

    tasks.sweep.call_local()

    queued.refresh_from_db()
    assert queued.state == State.FAILED


def test_what_went_out_although_pointless_can_be_sent_again(in_person, queued):
    held = take(queued)
    in_person.end(EndedBy.VISITOR)
    claims.settle(held, Accepted("in time"))

    Notification.objects.filter(pk=queued.pk).send_again()

    assert claims.claim(queued.pk)
