"""Each statement of `notifications/sql.py` does what the equivalent queries of the ORM do."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from notifications import claims
from notifications.models import Attempt, Notification, Outcome, State
from notifications.results import Accepted
from tests.cast import make_appointment, make_host

FIELDS = [field.attname for field in Notification._meta.concrete_fields]
ATTEMPT = [field.attname for field in Attempt._meta.concrete_fields if field.attname != "id"]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch):
    """All moments are the same, so that both ways write the same."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def messages(in_person):
    """Eight messages: two texts and two emails of each visit, due in another order than they were recorded in."""
    make_appointment(make_host(name="Bea Novak"))
    for number, each in enumerate(Notification.objects.order_by("-pk")):
        Notification.objects.filter(pk=each.pk).update(due_at=NOW - timedelta(minutes=number))
    return list(Notification.objects.order_by("pk"))


def change(notification, **fields):
    Notification.objects.filter(pk=notification.pk).update(**fields)


def stored():
    return [list(Notification.objects.order_by("pk").values_list(*FIELDS)), attempts()]


def attempts():
    return list(Attempt.objects.order_by("notification", "number").values_list(*ATTEMPT))


def take_by_django(pk, channels, others):
    """The same as `claims.take` with queries of the ORM; the ids."""
    free = Notification.objects.due(NOW).filter(withdrawn=False)
    one = list(free.filter(pk=pk).values_list("pk", flat=True))
    more = free.filter(channel__in=channels).exclude(pk=pk).order_by("due_at").values_list("pk", flat=True)[:others]
    pks = [*one, *more]
    Notification.objects.filter(pk__in=pks).update(
        state=State.SENDING,
        due_at=NOW + claims.LEASE,
        attempts=F("attempts") + 1,
        attempts_this_round=F("attempts_this_round") + 1,
    )
    Attempt.objects.filter(notification__in=pks, outcome=Outcome.STARTED).update(
        outcome=Outcome.INTERRUPTED, ended_at=NOW
    )
    for each in Notification.objects.filter(pk__in=pks):
        Attempt.objects.create(notification=each, number=each.attempts, started_at=NOW)
    return pks


def undone(function, *arguments):
    """What the function leaves in the database, which is then as before; and its result."""
    before = [list(Notification.objects.values(*FIELDS)), list(Attempt.objects.values())]
    result = function(*arguments)
    left = stored()
    Attempt.objects.all().delete()
    for row in before[0]:
        Notification.objects.filter(pk=row["id"]).update(**row)
    Attempt.objects.bulk_create(Attempt(**row) for row in before[1])
    return left, result


@pytest.mark.parametrize("channels", [[], ["email"], ["sms"], ["email", "sms"]])
@pytest.mark.parametrize("others", [0, 1, 3, 50])
@pytest.mark.parametrize(
    "state",
    [
        {},
        {"due_at": NOW + timedelta(seconds=1)},
        {"state": State.SENT, "due_at": None},
        {"state": State.SENDING, "attempts": 3, "attempts_this_round": 2},
        {"withdrawn": True},
    ],
    ids=["due", "not yet", "sent", "of a dead worker", "withdrawn"],
)
def test_take(messages, channels, others, state):
    for each in (messages[2], messages[5]):
        change(each, **state)
        Attempt.objects.create(notification=each, number=state.get("attempts", 1), started_at=NOW)
        change(each, attempts=state.get("attempts", 1))

    expected, pks = undone(take_by_django, messages[2].pk, channels, others)
    found, taken = undone(claims.take, messages[2].pk, channels, others)

    assert found == expected
    assert {each.pk for each in taken} == set(pks)
    rows = {row[0]: row for row in found[0]}
    assert [tuple(getattr(each, name) for name in FIELDS) for each in taken] == [rows[each.pk] for each in taken]


def test_the_one_that_was_asked_for_is_the_first(messages):
    assert claims.take(messages[3].pk, ["email", "sms"], 50)[0].pk == messages[3].pk


def accept_by_django(notification, provider_id):
    """The same as settling it as accepted, with queries of the ORM."""
    number = notification.attempts
    Attempt.objects.filter(
        notification=notification, number=number, outcome__in=[Outcome.STARTED, Outcome.INTERRUPTED]
    ).update(outcome=Outcome.ACCEPTED, ended_at=NOW, provider_id=provider_id, reason="")
    Notification.objects.filter(pk=notification.pk, state=State.SENDING, attempts=number).update(
        state=State.SENT, due_at=None, sent_at=NOW, provider_id=provider_id, reason=""
    )


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"withdrawn": True, "reason": "Of an earlier attempt"},
        {"attempts": 2},
        {"state": State.DELIVERED, "due_at": None, "provider_id": "SM2"},
    ],
    ids=["claimed", "withdrawn", "claimed by another", "reported"],
)
@pytest.mark.parametrize("outcome", Outcome)
def test_accept(messages, state, outcome):
    held, _other = claims.take(messages[0].pk, ["email"], 1)
    change(held, **state)
    held.history.update(outcome=outcome, reason="So far")

    expected, _nothing = undone(accept_by_django, held, "id-1")
    found, _nothing = undone(claims.settle, held, Accepted("id-1"))

    assert found == expected


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_is_accepted_is_known_as_it_is_stored(messages, heard, withdrawn):
    held, *_others = claims.take(messages[0].pk)
    change(held, withdrawn=withdrawn)

    claims.settle(held, Accepted("id-1"))

    assert [getattr(held, name) for name in FIELDS] == list(Notification.objects.values_list(*FIELDS).get(pk=held.pk))
    assert heard == [(held.pk, State.SENDING), (held.pk, State.SENT)]
