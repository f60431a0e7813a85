"""Who a text comes from: a number, or whichever number a messaging service chooses."""

import pytest

from entrymgmt.environment import Twilio
from notifications.models import Audience, Notification
from notifications.results import Accepted
from notifications.sms.twilio import TwilioSms
from tests.services.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER

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
