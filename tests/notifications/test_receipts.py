"""Twilio's status callbacks: signed, idempotent, and effective in any order."""

import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

import pytest
from twilio.request_validator import RequestValidator

from notifications.models import Notification, State
from notifications.outbox import send_again
from tests.notifications.waiting import eventually, outcomes
from tests.services.twilio import AUTH_TOKEN

HOST_PHONE = "+919876543201"


@pytest.fixture
def text(server, twilio, in_person):
    """The text to the host, which Twilio has accepted."""
    [text] = twilio.wait(HOST_PHONE)
    eventually(Notification.objects.filter(recipient=HOST_PHONE), state=State.SENT)
    return text


def told():
    return Notification.objects.get(recipient=HOST_PHONE)


def test_a_delivered_text_is_shown_as_delivered(twilio, text):
    assert twilio.report(text, "delivered") == 204

    assert (told().state, outcomes(told())) == (State.DELIVERED, ["delivered"])
    assert told().delivered_at >= told().sent_at


def test_a_text_that_did_not_arrive_fails_with_the_reason_in_words(twilio, text):
    twilio.report(text, "undelivered", ErrorCode="30003")

    assert (told().state, told().reason) == (
        State.FAILED,
        "The phone is switched off or out of reach. Reach them in another way. Twilio reported 30003.",
    )


@pytest.mark.parametrize(
    ("status", "code", "state", "outcome"),
    [
        ("canceled", "", State.FAILED, "refused"),
        ("failed", "30034", State.FAILED, "refused"),
        ("failed", "30001", State.QUEUED, "postponed"),
        ("undelivered", "30002", State.QUEUED, "postponed"),
        ("scheduled", "", State.SENT, "accepted"),
    ],
)
def test_a_report_is_read_by_its_state_and_its_code(twilio, text, status, code, state, outcome):
    assert twilio.report(text, status, ErrorCode=code) == 204

    assert (told().state, outcomes(told())) == (state, [outcome])


def test_a_text_for_which_there_was_no_room_goes_out_later(twilio, text):
    twilio.report(text, "failed", ErrorCode="30001")

    first, second = twilio.wait(HOST_PHONE, count=2)
    assert (first.body, first.to) == (second.body, second.to)
    twilio.report(second, "delivered")
    assert outcomes(told()) == ["postponed", "delivered"]


def test_a_forged_report_is_refused(twilio, text):
    assert twilio.report(text, "undelivered", signature="forged") == 403

    assert told().state == State.SENT


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["delivered", "delivered"], State.DELIVERED),
        (["delivered", "sent", "queued"], State.DELIVERED),
        (["delivered", "undelivered"], State.DELIVERED),
        (["undelivered", "sent"], State.FAILED),
        (["something new"], State.SENT),
    ],
)
def test_reports_that_come_twice_or_out_of_order_change_nothing(twilio, text, statuses, state):
    for status in statuses:
        twilio.report(text, status)

    assert told().state == state


def test_an_old_report_does_not_stop_what_is_sent_again(twilio, text):
    twilio.report(text, "undelivered", ErrorCode="30003")
    send_again(Notification.objects.filter(recipient=HOST_PHONE))
    eventually(Notification.objects.filter(recipient=HOST_PHONE), attempts=2, state=State.SENT)

    twilio.report(text, "undelivered", ErrorCode="30003")

    assert told().state == State.SENT


def test_a_report_that_comes_through_a_proxy_is_accepted(server, text):
    public = text.fields["StatusCallback"]
    form = {"MessageSid": text.sid, "MessageStatus": "delivered"}
    signature = RequestValidator(AUTH_TOKEN).compute_signature(public, form)
    inside = public.replace("127.0.0.1", "localhost")

    request = urllib.request.Request(inside, urlencode(form).encode(), {"X-Twilio-Signature": signature})
    with urllib.request.urlopen(request) as response:
        assert response.status == 204
    assert told().state == State.DELIVERED


@pytest.mark.parametrize("field", ["MessageSid", "ErrorCode"])
@pytest.mark.parametrize("value", ["a\0b", "9" * 5000, "é"])
def test_a_report_in_which_something_makes_no_sense_changes_nothing(twilio, text, field, value):
    assert twilio.report(text, "undelivered", **{field: value}) == 400

    assert told().state == State.SENT


NOTHING_WE_SENT = [
    "",
    "?notification=x&attempt=1",
    "?notification=999999&attempt=1",
    f"?notification={'9' * 5000}&attempt=1",
    f"?notification={'9' * 18}&attempt={'9' * 18}",
    "?notification=²&attempt=1",
]


@pytest.mark.parametrize("query", [quote(query, safe="?=&") for query in NOTHING_WE_SENT])
def test_a_report_on_nothing_we_sent_changes_nothing(server, query):
    url = f"{server.url}/webhooks/twilio/status/{query}"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(AUTH_TOKEN).compute_signature(url, form)

    request = urllib.request.Request(url, urlencode(form).encode(), {"X-Twilio-Signature": signature})
    try:
        with urllib.request.urlopen(request) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        with error:
            status = error.code
    assert status in {204, 400}
    assert not Notification.objects.exists()
