"""Twilio's reports against the state a notification is in: before the answer, after a killed worker, after the end."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from twilio.request_validator import RequestValidator

from appointments.choices import EndedBy
from entrymgmt.environment import Twilio
from notifications import claims, retries
from notifications.models import Notification, State
from notifications.outbox import send_again
from notifications.results import Accepted, Postponed, Refused
from notifications.sms.twilio import callback_url
from tests.notifications.waiting import outcomes
from tests.services.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER


@pytest.fixture
def held(in_person, settings):
    """The text to the host, in the hands of a worker that is sending it."""
    settings.TWILIO = Twilio(ACCOUNT_SID, AUTH_TOKEN, SENDER, "")
    return take(in_person.notifications.get(audience="host", channel="sms"))


def send(url: str, form: dict[str, str], signed: str = AUTH_TOKEN) -> int:
    """Post to a callback, as Twilio does, without a cookie: the status of the answer."""
    signature = RequestValidator(signed).compute_signature(url, form)
    path = f"{urlsplit(url).path}?{urlsplit(url).query}"
    client = Client(enforce_csrf_checks=True)
    return int(client.post(path, form, headers={"X-Twilio-Signature": signature}).status_code)


@pytest.fixture
def report():
    """Reports what became of an attempt: `report(held, "sent")`."""

    def post(attempt: Notification, status: str, **more: str) -> int:
        return send(callback_url(attempt), {"MessageSid": "SM1", "MessageStatus": status, **more})

    return post


def take(notification):
    held = claims.claim(notification.pk)
    assert held is not None
    return held


def now(held):
    return Notification.objects.get(pk=held.pk)


def test_a_report_may_come_before_the_answer_that_it_reports_on(held, report):
    assert report(held, "sent") == 204

    assert (now(held).state, now(held).provider_id, now(held).due_at) == (State.SENT, "SM1", None)
    assert now(held).sent_at is not None
    assert outcomes(held) == ["accepted"]


def test_the_answer_that_comes_after_its_report_changes_nothing(held, report):
    report(held, "delivered")

    claims.settle(held, Accepted("SM1"))

    assert (now(held).state, outcomes(held)) == (State.DELIVERED, ["delivered"])
    assert (now(held).provider_id, held.history.get().provider_id) == ("SM1", "SM1")
    assert held.history.get().ended_at is not None


def test_what_arrived_in_spite_of_a_lost_answer_is_not_sent_again(held, report):
    claims.settle(held, Postponed("No answer"))

    report(held, "delivered")

    assert (now(held).state, now(held).due_at, now(held).reason) == (State.DELIVERED, None, "")
    assert now(held).sent_at is not None
    assert claims.claim(held.pk) is None


def test_what_was_taken_in_spite_of_a_lost_answer_is_not_sent_again(held, report):
    claims.settle(held, Postponed("No answer"))

    report(held, "sent")

    assert (now(held).state, now(held).due_at, now(held).reason) == (State.SENT, None, "")


def test_a_text_that_arrives_after_all_is_no_longer_said_to_have_failed(held, report):
    claims.settle(held, Postponed("No answer"))
    Notification.objects.filter(pk=held.pk).update(due_at=now(held).created_at)
    claims.settle(take(held), Refused("Unknown number"))

    report(held, "delivered")

    assert (now(held).state, now(held).failed_at, now(held).reason) == (State.DELIVERED, None, "")
    assert now(held).delivered_at is not None


def test_the_first_time_of_sending_is_kept(held, report):
    claims.settle(held, Accepted("SM1"))
    sent_at = now(held).sent_at

    report(held, "delivered")

    assert now(held).sent_at == sent_at
    assert now(held).delivered_at > sent_at


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_does_not_arrive_has_failed_for_good(held, report, status):
    claims.settle(held, Accepted("SM1"))

    report(held, status, ErrorCode="30005")

    reason = (
        "The number does not exist or is no longer in use. Correct the number, and send the text again. "
        "Twilio reported 30005."
    )
    assert (now(held).state, now(held).due_at, now(held).reason) == (State.FAILED, None, reason)
    assert now(held).failed_at is not None
    last = held.history.get()
    assert (last.outcome, last.provider_id, last.reason) == ("refused", "SM1", reason)
    assert last.ended_at is not None


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        ("canceled", "", "The text was cancelled in the Twilio account before it went out."),
        ("partially_delivered", "", "Only a part of the text has arrived."),
        ("undelivered", "30003", "The phone is switched off or out of reach. Reach them in another way."),
        ("undelivered", "30004", "The phone refuses messages"),
        ("undelivered", "30006", "The number is a landline"),
        ("undelivered", "30007", "The phone network has taken the text for spam."),
        ("undelivered", "30008", "The phone network could not deliver the text, and does not say why."),
        ("undelivered", "30034", "is not registered for texts to the United States (A2P 10DLC). Whoever looks after"),
        ("failed", "21610", "has answered STOP to the office’s texts."),
        ("failed", "30999", "The phone network could not deliver the text, and does not say why."),
        ("failed", "9" * 30, "The phone network could not deliver the text, and does not say why."),
        ("failed", "spam", "The phone network could not deliver the text, and does not say why."),
        ("failed", "", "The phone network could not deliver the text, and does not say why."),
    ],
)
def test_what_has_failed_for_good_says_what_it_means(held, report, status, code, sentence):
    claims.settle(held, Accepted("SM1"))

    assert report(held, status, ErrorCode=code) == 204

    assert (now(held).state, now(held).due_at, outcomes(held)) == (State.FAILED, None, ["refused"])
    assert sentence in now(held).reason
    assert now(held).reason.endswith(f"Twilio reported {code or status}.")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("30001", "Twilio takes no more texts at the moment. It is tried again by itself."),
        ("21611", "Twilio takes no more texts at the moment."),
        (
            "30002",
            "The Twilio account is suspended or closed, so no text leaves. Whoever looks after the Twilio account",
        ),
        ("30022", "The phone network takes no more texts at the moment."),
        ("30500", "Twilio has a fault."),
    ],
)
def test_what_twilio_could_not_send_for_now_is_tried_again(
    held, report, django_capture_on_commit_callbacks, code, sentence
):
    claims.settle(held, Accepted("SM1"))

    with django_capture_on_commit_callbacks(execute=True):
        report(held, "failed", ErrorCode=code)

    waiting = now(held)
    assert (waiting.state, outcomes(held)) == (State.QUEUED, ["postponed"])
    assert waiting.due_at > timezone.now()
    assert sentence in waiting.reason
    assert [(task.args, task.eta is not None) for task in HUEY.pending()] == [((held.pk,), True)]


def test_what_is_tried_again_after_a_report_may_arrive_after_all(held, report):
    report(held, "failed", ErrorCode="30001")
    claims.settle(held, Accepted("SM1"))

    assert now(held).state == State.QUEUED
    Notification.objects.filter(pk=held.pk).update(due_at=held.created_at)
    second = take(held)
    report(second, "delivered")
    report(held, "failed", ErrorCode="30001")

    assert (now(held).state, outcomes(held)) == (State.DELIVERED, ["postponed", "delivered"])


def test_what_is_no_longer_called_for_is_not_tried_again_after_a_report(held, report, in_person):
    claims.settle(held, Accepted("SM1"))
    in_person.end(EndedBy.VISITOR)

    report(held, "failed", ErrorCode="30001")

    assert (now(held).state, now(held).due_at) == (State.CANCELLED, None)


def test_reports_make_no_more_attempts_than_answers_do(held, report):
    Notification.objects.filter(pk=held.pk).update(attempts_this_round=retries.MAX_ATTEMPTS)

    report(held, "failed", ErrorCode="30001")

    assert (now(held).state, now(held).due_at) == (State.FAILED, None)


def test_a_failure_of_an_earlier_attempt_leaves_the_current_one_alone(held, report):
    claims.settle(held, Accepted("SM1"))
    send_again(Notification.objects.filter(pk=held.pk))
    second = take(held)

    report(held, "undelivered")

    assert (now(held).state, now(held).attempts) == (State.SENDING, second.attempts)
    assert outcomes(held) == ["refused", "started"]


def test_a_delivery_of_an_earlier_attempt_is_a_delivery(held, report):
    claims.settle(held, Accepted("SM1"))
    send_again(Notification.objects.filter(pk=held.pk))
    take(held)

    report(held, "read")

    assert now(held).state == State.DELIVERED
    assert outcomes(held) == ["delivered", "started"]


@pytest.mark.parametrize(
    ("status", "outcome", "state"),
    [
        ("sent", "accepted", State.SENT),
        ("delivered", "delivered", State.DELIVERED),
        ("undelivered", "refused", State.SENDING),
    ],
)
def test_a_report_on_an_attempt_whose_worker_was_killed_is_believed(held, report, status, outcome, state):
    Notification.objects.filter(pk=held.pk).update(due_at=held.created_at)
    take(held)

    report(held, status, ErrorCode="30003")

    assert (now(held).state, outcomes(held)) == (state, [outcome, "started"])
    assert bool(held.history.first().reason) is (outcome == "refused")


def test_a_second_delivery_keeps_the_time_of_the_first(held, report):
    claims.settle(held, Accepted("SM1"))
    send_again(Notification.objects.filter(pk=held.pk))
    report(take(held), "delivered")
    delivered_at = now(held).delivered_at

    report(held, "delivered")

    assert now(held).delivered_at == delivered_at


def test_what_has_become_pointless_does_not_fail_afterwards(held, report, in_person):
    in_person.end(EndedBy.VISITOR)
    Notification.objects.filter(pk=held.pk).update(due_at=held.created_at)
    claims.release_stranded(timezone.now())

    report(held, "undelivered")

    assert now(held).state == State.CANCELLED


def test_a_report_on_one_text_leaves_the_others_alone(held, report, in_person):
    other = take(in_person.notifications.get(audience="visitor", channel="sms"))

    report(held, "delivered")

    assert (now(other).state, outcomes(other)) == (State.SENDING, ["started"])
    rest = in_person.notifications.exclude(pk__in=[held.pk, other.pk])
    assert set(rest.values_list("state", flat=True)) == {State.QUEUED}


def test_open_pages_hear_of_a_report_once(held, report, heard):
    report(held, "delivered")
    report(held, "delivered")

    assert heard == [(held.pk, State.DELIVERED)]


@pytest.mark.parametrize("status", ["accepted", "scheduled", "queued", "sending", "receiving", "", "\x00", "made up"])
def test_what_says_nothing_new_is_taken_and_changes_nothing(held, report, status):
    assert report(held, status) == 204

    assert (now(held).state, outcomes(held)) == (State.SENDING, ["started"])


@pytest.mark.parametrize(
    "query", ["notification=1", "attempt=1", "notification=x&attempt=1", "notification=1&attempt=-1"]
)
def test_a_report_that_names_no_attempt_is_refused(held, query):
    url = f"{callback_url(held).partition('?')[0]}?{query}"

    assert send(url, {"MessageSid": "SM1", "MessageStatus": "delivered"}) == 400


def test_a_report_that_somebody_else_has_signed_changes_nothing(held):
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}

    assert send(callback_url(held), form, signed="another token") == 403

    assert now(held).state == State.SENDING


def test_a_report_is_posted(held, client):
    assert client.get(callback_url(held)).status_code == 405


def test_without_an_account_there_is_nobody_to_report(held, report, settings):
    settings.TWILIO = None

    assert report(held, "delivered") == 404
