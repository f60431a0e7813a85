"""Idempotency and concurrency: a form sent twice (double press, back button), and two people acting at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from appointments.admission import NotOffered
from appointments.choices import EndedBy, Kind
from appointments.models import Appointment
from tests.cast import make_appointment


def together(*calls):
    """What each call returned or raised, when all run at once in separate threads."""

    def run(call):
        try:
            return call()
        except NotOffered as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_of_many_visitors_in_the_same_instant_exactly_one_gets_the_appointment(host):
    outcomes = together(*[lambda n=n: make_appointment(host, visitor_name=f"Visitor {n}") for n in range(12)])

    assert sum(isinstance(outcome, Appointment) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotOffered) for outcome in outcomes) == 11
    assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", Kind)
def test_a_double_press_starts_one_appointment(host, kind):
    idempotency_key = uuid4()

    first, second = together(*[lambda: make_appointment(host, kind=kind, idempotency_key=idempotency_key)] * 2)

    assert first == second
    assert Appointment.objects.count() == 1


def test_a_page_sent_again_for_another_visitor_is_a_checkin_of_its_own(host):
    idempotency_key = uuid4()
    first = make_appointment(host, kind=Kind.REMOTE, idempotency_key=idempotency_key)

    second = make_appointment(host, kind=Kind.REMOTE, idempotency_key=idempotency_key, visitor_name="Chen Wei")

    assert second != first


@pytest.mark.django_db(transaction=True)
def test_ended_from_both_sides_in_the_same_instant_it_ends_once(in_person):
    ended = together(lambda: in_person.end(EndedBy.VISITOR), lambda: in_person.end(EndedBy.HOST))

    assert sorted(ended) == [False, True]
