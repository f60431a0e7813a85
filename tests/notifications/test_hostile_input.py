"""What a visitor types never adds a link, a line, a header or markup to what others receive."""

import re
from dataclasses import replace

import pytest
from django.utils import timezone

from appointments.messages import notices_for
from notifications.models import State
from notifications.outbox import record
from notifications.sms import gsm
from tests.notifications.waiting import eventually
from tests.services.mail import links, part

NAMES = {
    "ten thousand characters": "Anna " * 2000,
    "emoji": "Anna 👩‍👩‍👧 Lee 🎉",
    "only emoji": "🎉🎉🎉",
    "right-to-left marks": "Anna \u202eeeL\u202c\u200f\u2066",
    "line breaks": "Anna\r\nBcc: everyone@evil.example\r\n\r\nRead this\u2028and this\x85and this\x0bend",
    "markup": "<script>alert(1)</script><a href=//evil.example>Anna</a>",
    "a link": "http://evil.example www.evil.example evil.example/path",
    "a template": "{{ link }}{% now 'Y' %}",
    "null": "Anna\x00Lee",
}


@pytest.fixture(params=NAMES.values(), ids=list(NAMES))
def received(request, server, mailbox, twilio, in_person):
    """The email and the text by which the host hears of a visitor who typed this name and purpose, and their link."""
    eventually(in_person.notifications.all(), count=4, state=State.SENT)
    in_person.notifications.all().delete()
    mailbox.reset()
    twilio.reset()
    notices = [
        replace(notice, facts=notice.facts | {"visitor": request.param, "purpose": request.param})
        for notice in notices_for(in_person, timezone.now())
        if notice.audience == "host"
    ]
    record(in_person, notices)
    [email], [text] = mailbox.wait(), twilio.wait()
    return email, text, notices[0].facts["link"]


def test_a_name_stays_a_name(received):
    email, text, link = received
    plain, html = part(email, "plain"), part(email, "html")

    assert set(email.keys()) == {
        *{"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"},
        *{"Content-Type", "X-RcptTo"},
    }
    assert email["X-RcptTo"] == "anika@meridianhouse.example"
    assert "\n" not in email["Subject"]
    for words in (plain, html, text.body):
        assert {found.removesuffix("/chat") for found in links(words)} == {link}
        assert "\x00" not in words
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\u2028\x85]", words)
    assert "<script" not in html
    assert "evil.example" not in html + plain + text.body
    assert len(plain.split("\n")) == 18
    assert text.body.count("\n") == 0
    assert gsm.septets(text.body) <= 160
