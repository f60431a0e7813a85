"""One attempt to hand a text to Twilio: who it comes from, where Twilio reports, and what each answer means."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from entrymgmt.environment import Twilio
from notifications import claims
from notifications.models import Audience, Notification
from notifications.results import Accepted, Kept, Postponed, Refused
from notifications.sms.console import ConsoleSms
from notifications.sms.twilio import TwilioSms
from tests.notifications.notices import words
from tests.services.twilio import ACCOUNT_SID, AUTH_TOKEN, RESET, SENDER, Answer

SERVICE = "MG" + "0123456789abcdef" * 2


@pytest.mark.parametrize(("sender", "field"), [(SENDER, "From"), (SERVICE, "MessagingServiceSid")])
def test_a_text_comes_from_the_sender_of_the_settings(in_person, twilio, settings, sender, field):
    settings.TWILIO = Twilio(ACCOUNT_SID, AUTH_TOKEN, sender, twilio.url)
    notification = Notification.objects.get(audience=Audience.HOST, channel="sms")

    result = TwilioSms().send(notification)

    [text] = twilio.texts
    assert result == Accepted(text.sid)
    assert {name: value for name, value in text.fields.items() if name in ("From", "MessagingServiceSid")} == {
        field: sender
    }


@pytest.fixture
def attempt(in_person, twilio, settings):
    """Tries to send the text to the host, over one channel: what comes of it."""
    settings.TWILIO = Twilio(ACCOUNT_SID, AUTH_TOKEN, SENDER, twilio.url)
    settings.SITE_URL = "https://visit.meridianhouse.example"
    channel = TwilioSms()
    held = claims.claim(Notification.objects.get(audience=Audience.HOST, channel="sms").pk)
    assert held is not None
    return lambda: channel.send(held)


def test_twilio_is_told_to_whom_what_and_where_to_report(attempt, twilio):
    attempt()

    [text] = twilio.texts
    held = Notification.objects.get(audience=Audience.HOST, channel="sms")
    assert text.to == "+919876543201"
    assert text.body.startswith("Yusuf Al-Masri is here to see you at Meridian House")
    where, _, what = text.fields["StatusCallback"].partition("?")
    assert where == "https://visit.meridianhouse.example/webhooks/twilio/status/"
    assert what == f"notification={held.pk}&attempt=1"


@pytest.mark.parametrize(
    ("answer", "kind", "meaning"),
    [
        (Answer(400, 21211, "Not a number"), Refused, "This is not a number that can get texts. Correct the number"),
        (Answer(400, 21408, "Permission"), Refused, "does not text numbers of this country. Whoever looks after"),
        (Answer(400, 21608, "Unverified"), Refused, "A trial account of Twilio texts only numbers that were verified"),
        (Answer(403, 21610, "Unsubscribed"), Refused, "has answered STOP to the office’s texts. Only they can undo it"),
        (Answer(400, 21614, "Not a mobile"), Refused, "This is not a number that can get texts"),
        (Answer(400, 21635, "A landline"), Refused, "The number is a landline"),
        (Answer(400, 30034, "Unregistered"), Refused, "is not registered for texts to the United States (A2P 10DLC)"),
        (Answer(400, 30999, "Something new"), Refused, "Twilio does not take a text like this one"),
        (Answer(400, 99999, "Something new"), Refused, "Twilio does not take a text like this one"),
        (Answer(400, 21611, "Queue full"), Postponed, "Twilio takes no more texts at the moment. It is tried again"),
        (Answer(429, 20429, "Too many"), Postponed, "Twilio takes no more texts at the moment"),
        (Answer(429, 0, "Too many"), Postponed, "Twilio takes no more texts at the moment"),
        (Answer(503, 0, "Busy"), Postponed, "Twilio has a fault. It is tried again"),
        (Answer(502, 99999, "Bad gateway"), Postponed, "Twilio has a fault"),
        (Answer(401, 20003, "Authenticate"), Postponed, "does not accept the account or its token. Whoever runs"),
        (Answer(404, 20404, "Not found"), Postponed, "does not accept the account or its token"),
        (Answer(403, 20005, "Not active"), Postponed, "The Twilio account is suspended or closed, so no text leaves"),
        (Answer(400, 30002, "Suspended"), Postponed, "The Twilio account is suspended or closed"),
        (Answer(403, 99999, "Forbidden"), Postponed, "The Twilio account may not send texts. Whoever looks after"),
        (Answer(400, 21606, "Not yours"), Postponed, "from the number in TWILIO_FROM. Whoever runs this installation"),
        (Answer(400, 21703, "Empty"), Postponed, "does not exist, or has no number to send from"),
    ],
)
def test_what_is_about_the_number_is_final_and_about_the_office_it_waits(attempt, twilio, answer, kind, meaning):
    twilio.answer_next(answer)

    result = attempt()

    assert isinstance(result, kind)
    assert meaning in result.reason
    assert result.reason.endswith(f" Twilio answered {answer.code or answer.status}: {answer.message}")


@pytest.mark.parametrize(
    ("header", "after"),
    [({}, None), ({"Retry-After": "90"}, timedelta(seconds=90)), ({"Retry-After": "Wed, 25 Nov 2026"}, None)],
)
def test_the_pause_that_twilio_asks_for_is_kept(attempt, twilio, header, after):
    twilio.answer_next(Answer(503, 20503, "Busy", header))

    assert attempt().after == after


def test_a_pause_that_was_asked_for_once_is_not_asked_for_by_the_next_answer(attempt, twilio):
    twilio.answer_next(Answer(429, 20429, "Too many", {"Retry-After": "90"}), Answer(500, 20500, "Broken"))

    attempt()

    assert attempt().after is None


def test_a_connection_that_breaks_is_tried_again(attempt, twilio):
    twilio.answer_next(RESET)

    result = attempt()

    assert isinstance(result, Postponed)
    assert result.reason.startswith("Nothing is heard from Twilio, or of the way there. It is tried again by itself.")
    assert "reset" in result.reason


def test_a_kept_connection_that_twilio_has_closed_is_opened_anew(attempt, twilio):
    attempt()
    twilio.hang_up()

    assert isinstance(attempt(), Accepted)

    assert len(twilio.texts) == 2


def test_a_kept_connection_to_a_twilio_that_was_restarted_is_opened_anew(attempt, twilio):
    attempt()
    twilio.restart()

    assert isinstance(attempt(), Accepted)

    assert len(twilio.texts) == 2


def test_where_there_is_no_provider_a_text_is_printed(in_person, capsys):
    notification = Notification.objects.get(audience=Audience.HOST, channel="sms")

    assert ConsoleSms().send(notification) == Kept("Written to the console. Nothing was sent.")

    assert capsys.readouterr().out == f"Text to +919876543201: {words(notification)}\n"


def test_set_up_names_the_sender(attempt):
    assert (TwilioSms().status().done, TwilioSms().status().text) == (True, SENDER)


def test_without_an_account_there_is_no_such_channel(settings):
    settings.TWILIO = None

    with pytest.raises(ImproperlyConfigured, match="account"):
        TwilioSms()
