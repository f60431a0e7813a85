"""A visitor's input never adds a link, a line, a header or markup to a message."""

import re
from dataclasses import replace

import pytest
from phonenumbers import Leniency, PhoneNumberMatcher

from notifications.links import without_links
from notifications.models import Notification, State
from notifications.outbox import record
from notifications.rendering import context_of
from notifications.sms import gsm
from tests.notifications.notices import MERIDIAN, notices_for
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
    "an internet address": "203.0.113.7/pay 203.0.113.7:8080",
    "a domain of another script": "evil.бел evil。中国 evil.भारत",
    "an email": "pay@evil.example mailto:pay@evil.example",
    "a phone number": "call +44 7700 900999 or 0800-900-999 tel:0800900999",
    "a template": "{{ link }}{% now 'Y' %}",
    "null": "Anna\x00Lee",
}


@pytest.fixture(params=NAMES.values(), ids=list(NAMES))
def received(request, server, mailbox, twilio, in_person):
    """The email and the text to the host about a visitor with this name and purpose, and the link in them."""
    eventually(in_person.notifications.all(), count=4, state=State.SENT)
    in_person.notifications.all().delete()
    mailbox.reset()
    twilio.reset()
    notices = [
        replace(notice, context=notice.context | {"visitor": request.param, "purpose": request.param})
        for notice in notices_for(in_person)
        if (notice.audience, notice.event) == ("host", "started")
    ]
    record(in_person, notices)
    [email], [text] = mailbox.wait(), twilio.wait()
    return email, text, notices[0].context["link"]


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
    for link in ("evil.", "evil。", "203.0.113.7", "7700 900999", "0800-900-999", "0800900999"):
        assert not re.search(rf"{re.escape(link)}\b(?! )", html + plain + text.body)
    assert len(plain.split("\n")) == 18
    assert text.body.count("\n") == 0
    assert gsm.length(text.body) <= 160


# Detectors as Android has them: Patterns.WEB_URL for addresses without a scheme, and the numbers of libphonenumber.
WEB = re.compile(
    r"\w+://|[^\W_][\w-]*[.․。．｡]\u200c?[^\W\d_][^\s\d!-/:-@\[-`{-~]|(\d{1,3}[.․。．｡]){3}\d|"
    r"(?:tel|sms|mailto|facetime):\S",
    re.IGNORECASE,
)
LINKED = [
    *[
        "evil.com",
        "www.evil.com/pay",
        "http://evil",
        "HTTPS://evil.com",
        "ftp://evil",
        "evil.co.uk",
        "a.b.evil.com:8080/x",
    ],
    *["evil.рф", "зло.бел", "evil.中国", "evil。com", "evil．com", "ｅｖｉｌ．ｃｏｍ", "evil⒈com", "evil․com"],
    *[
        "evil.भारत",
        "evil.ไทย",
        "evil.한국",
        "evil.இந்தியா",
        "evil.ලංකා",
        "evil.السعودية",
        "evil.xn--p1ai",
        "evil.\u200cцом",
    ],
    *["203.0.113.7", "203.0.113.7/pay", "(203.0.113.7:8080)", "1.2.3.4", "２０３．０．１１３．７", "x@203.0.113.7"],
    *["pay@evil.com", "mailto:pay@evil.com", "tel:0800900999", "TEL:+44", "sms:70700", "facetime:pay@evil.com"],
    *[
        "+44 7700 900142",
        "07700900142",
        "(07700) 900-142",
        "07700.900.142",
        "+1-415-555-2671",
        "1/800/555/2671",
        "70700",
    ],
    *["00 44 7700 900142", "+٤٤ ٧٧٠٠ ٩٠٠١٤٢", "０８０－１２３４－５６７８", "+44(0)7700900142", "0800 ~ 900 ~ 999"],
]


@pytest.mark.once
@pytest.mark.parametrize("typed", LINKED)
@pytest.mark.parametrize("around", ["{}", "Anna {} Lee", "x{}", "({})", "“{}”", "{}.", "a.bc {}", "{} ①②③④⑤⑥⑦⑧"])
def test_a_phone_finds_no_link_in_a_name(typed, around):
    shown = without_links(around.format(typed))

    assert not WEB.search(shown)
    assert not re.search(r"\d{5}", shown)
    for region in ("GB", "IN", "US", "JP", "DE"):
        numbers = [match.raw_string for match in PhoneNumberMatcher(shown, region, leniency=Leniency.POSSIBLE)]
        assert [number for number in numbers if sum(map(str.isdigit, number)) >= 5] == []
    assert without_links(shown) == shown


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        *[
            "Anna Lee",
            "J.R. Lee",
            "St. John",
            "Dr. A. B. Çelik",
            "X Æ A-12",
            "Lee, Anna (Acme)",
            "山田 花子",
            "Lee…",
            "Jr.",
        ],
        *["Order 4711", "Room 4.12", "3-4 pm", "14:00 to 15:00", "50 %", "Q3", "Level 5.", "1.", "Re: visit"],
    ],
)
def test_a_name_without_a_link_stays_as_it_is(name):
    assert without_links(name) == name


@pytest.mark.once
def test_numbers_stay_where_people_read_them():
    context = context_of(
        Notification(
            context={
                "address": "12 Residency Road, Bengaluru 560025",
                "visitor_phone": "+447700900142",
                "said": [{"text": "My number is 07700 900142, evil.example"}],
            }
        ),
        MERIDIAN,
    )

    assert context["address"] == "12 Residency Road, Bengaluru 560025"
    assert context["visitor_phone"] == "+447700900142"
    assert context["said"] == [{"text": "My number is 07700 900142, evil. example"}]


@pytest.mark.parametrize("typed", ["see evil.example", "http://evil.example", ["one", "evil.example"]])
def test_nothing_typed_stays_a_link_before_a_template_sees_it(typed):
    context = context_of(Notification(context={"visitor": typed}), MERIDIAN)

    assert "evil.example" not in str(context["visitor"])
