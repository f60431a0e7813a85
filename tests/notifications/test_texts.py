"""Text messages by the design: their words, their length, and what a visitor's typing cannot do to them."""

import re
from datetime import UTC, datetime

import pytest

from appointments.messages import notices_for
from appointments.models import Appointment, Kind, Reply
from hosts.models import Host
from notifications.models import Notification
from notifications.sms import gsm
from notifications.sms.text import compose

DESIGN = "https://visit.meridianhouse.example/h/7Kq2Vd9xTf"
LONGEST_SITE = "https://" + "x" * (54 - 25 - 8)
STARTED, ENDED = datetime(2026, 11, 24, 5, 12, tzinfo=UTC), datetime(2026, 11, 24, 5, 50, tzinfo=UTC)
ANIKA = Host(name="Anika Rao", email="anika@meridianhouse.example", phone="+919876543201")

STATES: dict[str, dict[str, object]] = {
    "host-arrival": {},
    "host-chat": {"kind": Kind.REMOTE},
    "host-unanswered": {},
    "visitor-started": {},
    "visitor-on-my-way": {"reply": Reply.ON_MY_WAY, "replied_at": STARTED},
    "visitor-five-minutes": {"reply": Reply.FIVE_MINUTES, "replied_at": STARTED},
    "visitor-colleague": {"reply": Reply.COLLEAGUE, "replied_at": STARTED},
    "visitor-ended": {"ended_at": ENDED},
}
# The texts of the design, their links written as LINK.
TEXTS = {
    "host-arrival": "Yusuf Al-Masri is at Meridian House reception to see you, since 10:42. Reply here: LINK",
    "host-chat": "Yusuf Al-Masri at Meridian House asks to chat with you, since 10:42. Open the chat: LINK",
    "host-unanswered": "Yusuf Al-Masri is still waiting for you at reception, since 10:42. Reply here: LINK",
    "visitor-started": (
        "You're checked in at Meridian House. We are letting Anika Rao know. Follow or end it here: LINK"
    ),
    "visitor-on-my-way": "Anika Rao is on the way. Please wait at reception. Your appointment: LINK",
    "visitor-five-minutes": "Anika Rao will be five minutes. Please take a seat. Your appointment: LINK",
    "visitor-colleague": "Anika Rao asks you to start without them. A colleague will meet you. LINK",
    "visitor-ended": (
        "Your visit to Meridian House: Yusuf Al-Masri, +44 7700 900142, in 10:42, out 11:20 on 24 Nov 2026, host "
        "Anika Rao, at 4th floor, 12 Residency Road, Bengaluru 560025. Details: LINK"
    ),
}


def text(template, **details):
    """The text of this template about the visit of the design, and its link."""
    appointment = Appointment(
        **{
            "host": ANIKA,
            "host_name": ANIKA.name,
            "address_visited": "4th floor, 12 Residency Road, Bengaluru 560025",
            "kind": Kind.IN_PERSON,
            "visitor_name": "Yusuf Al-Masri",
            "visitor_phone": "+447700900142",
            "started_at": STARTED,
            **STATES[template],
            **details,
        }
    )
    [notice] = [
        notice
        for notice in notices_for(appointment, datetime(2026, 11, 24, 5, 20, tzinfo=UTC))
        if (notice.template, notice.channel) == (template, "sms")
    ]
    words = compose(Notification(template=template, facts=notice.facts))
    return words, str(notice.facts["link"])


@pytest.mark.parametrize("template", TEXTS)
def test_a_text_says_what_the_design_says(template):
    words, link = text(template)

    assert words == TEXTS[template].replace("LINK", link)


@pytest.mark.parametrize("template", TEXTS)
@pytest.mark.parametrize(
    "name",
    ["A" * 10_000, "Anne " * 2_000, "{[|]}" * 40, "Ünal Ğöçmenoğlu Şahinkaraağaçoğulları", "Œuvrard-Þórðarson de la Œ"],
)
def test_the_longest_name_and_site_address_still_fit_and_keep_the_link(settings, template, name):
    settings.SITE_URL, settings.ORGANISATION_NAME = LONGEST_SITE, "An Organisation of 20"[:20]

    words, link = text(template, visitor_name=name, host_name=name, address_visited=name)

    assert gsm.septets(words) <= (306 if template == "visitor-ended" else 160)
    assert link in words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tomás Herrera", "Tomas Herrera"),
        ("Renée Zoë", "Renée Zoe"),
        ("Łukasz O’Neil–Đurić", "Lukasz O'Neil-Duric"),
        ("Alexandria Papadopoulos-Smith", "Alexandria Papadopoulos."),
        ("Anna 😀 Lee", "Anna Lee"),
        ("\u202eAnna\u202c\u200f Lee", "Anna Lee"),
        ("Anna\r\nBcc: all@evil.example", "Anna Bcc: all@evil. exa."),
        ("ナオミ", "Your visitor"),
        ("נעמי Levi", "Your visitor"),
        ("😀😀", "Your visitor"),
        ("<script>alert(1)</script>", "<script>alert(1)</scrip."),
    ],
)
def test_a_name_is_written_in_plain_letters_on_one_line(name, shown):
    words, _link = text("host-arrival", visitor_name=name)

    assert words.startswith(f"{shown} is at Meridian House reception")


@pytest.mark.parametrize(
    "typed",
    [
        "www.evil.co",
        "http://evil.co",
        "HTTPS://evil.co/x",
        "evil.co",
        "evil。co",
        "evil.xn--p1ai",
        "a@evil.co",
        "//evil.co",
        "evil.co.",
        "evil\u200b.co",
        "evil.\u200dco",
        "_dmarc_.evil.co",
        "evil․co",
    ],
)
def test_a_visitor_cannot_type_a_link_into_a_text(typed):
    words, link = text("host-arrival", visitor_name=typed)

    assert not re.search(r"(?i)://|www\.\w|\w\.[a-z]{2}", words.replace(link, "").replace("reception", ""))


def test_initials_keep_their_dots():
    assert text("host-arrival", visitor_name="J.R.R. Tolkien")[0].startswith("J.R.R. Tolkien is at")


def test_a_visit_over_midnight_names_both_days():
    words, _link = text("visitor-ended", ended_at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))

    assert "in 10:42 on 24 Nov 2026, out 01:30 on 25 Nov 2026" in words


def test_the_address_gives_way_before_the_names():
    words, _link = text("visitor-ended", address_visited="An address that goes on " * 10)

    assert "Yusuf Al-Masri" in words
    assert "Anika Rao" in words
    assert gsm.septets(words) <= 306
