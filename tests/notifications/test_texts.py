"""Text messages as designed: their words, their length, and their protection against a visitor's input."""

import re
from datetime import UTC, datetime

import pytest

from appointments.choices import Kind, Reply
from appointments.models import Appointment
from hosts.models import Host
from notifications.models import Notification
from notifications.sms import gsm
from notifications.sms.text import compose
from offices.models import Office
from tests.notifications.notices import MERIDIAN, notices_for

DESIGN = "https://visit.meridianhouse.example/h/7Kq2Vd9xTf"
MOBILE = "+919876500999"
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
    "reception-unreached": {},
    "reception-colleague": {"reply": Reply.COLLEAGUE, "replied_at": STARTED},
}
# The texts of the design, with LINK in place of each link.
TEXTS = {
    "host-arrival": "Yusuf Al-Masri is here to see you at Meridian House, since 10:42. Reply here: LINK",
    "host-chat": "Yusuf Al-Masri at Meridian House asks to chat with you, since 10:42. Open the chat: LINK",
    "host-unanswered": "Yusuf Al-Masri is still waiting for you, since 10:42. Reply here: LINK",
    "visitor-started": "You're checked in at Meridian House for Anika Rao. Follow or end it here: LINK",
    "visitor-on-my-way": "Anika Rao is on the way. Please wait at reception. Your appointment: LINK",
    "visitor-five-minutes": "Anika Rao will be five minutes. Please take a seat. Your appointment: LINK",
    "visitor-colleague": "Anika Rao asks you to start without them. Please ask at reception. LINK",
    "reception-colleague": (
        "Anika Rao asks for a colleague to meet Yusuf Al-Masri, here since 10:42. Their page says to ask you."
    ),
    "reception-unreached": (
        "Anika Rao has not been told yet that Yusuf Al-Masri is waiting, since 10:42. Please find another way to tell "
        "them."
    ),
    "visitor-ended": (
        "Your visit to Meridian House: Yusuf Al-Masri, +44 7700 900142, in 10:42, out 11:20 on 24 Nov 2026, host "
        "Anika Rao, at 4th floor, 12 Residency Road, Bengaluru 560025. Details: LINK"
    ),
}


def text(template, office=MERIDIAN, **details):
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
        notice for notice in notices_for(appointment, office) if (notice.template, notice.channel) == (template, "sms")
    ]
    words = compose(Notification(template=template, context=notice.context), office)
    return words, str(notice.context.get("link", ""))


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
    settings.SITE_URL = LONGEST_SITE

    words, link = text(
        template,
        Office(name="An Organisation of 20"[:20], reception_phone=MOBILE),
        visitor_name=name,
        host_name=name,
        address_visited=name,
    )

    assert gsm.length(words) <= (306 if template == "visitor-ended" else 160)
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

    assert words.startswith(f"{shown} is here to see you at Meridian House")


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
    assert text("host-arrival", visitor_name="J.R.R. Tolkien")[0].startswith("J.R.R. Tolkien is here")


def test_a_visit_over_midnight_names_both_days():
    words, _link = text("visitor-ended", ended_at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))

    assert "in 10:42 on 24 Nov 2026, out 01:30 on 25 Nov 2026" in words


def test_the_address_is_shortened_before_the_names():
    words, _link = text("visitor-ended", address_visited="An address that goes on " * 10)

    assert "Yusuf Al-Masri" in words
    assert "Anika Rao" in words
    assert gsm.length(words) <= 306


@pytest.mark.parametrize("longer", range(12))
def test_a_text_that_is_longer_by_any_number_of_letters_is_cut_to_one_message(settings, longer):
    settings.SITE_URL = LONGEST_SITE + "x" * longer

    words, link = text("host-arrival", visitor_name="A" * 24)

    assert gsm.length(words) <= 160
    assert words.endswith(link)


def test_words_outside_the_gsm_alphabet_are_counted_in_their_own_parts(settings, tmp_path):
    folder = tmp_path / "messages" / "sms"
    folder.mkdir(parents=True)
    (folder / "greeting.txt").write_text("{{ visitor }} 様が受付でお待ちです。{{ link }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    link = "https://visit.example/h/7Kq2Vd9xTf7Kq2Vd9xTf7K"
    context = {"visitor": "Alexandria Papadopoulos", "link": link, "parts": 1}

    words = compose(Notification(template="greeting", context=context), MERIDIAN)

    assert link in words
    assert gsm.length(words) <= 70
    assert words.startswith("Alexan")


@pytest.mark.parametrize(
    ("text_", "length", "parts", "excess"),
    [
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 1, 1),
        ("€" * 80, 160, 1, 0),
        ("a" * 306, 306, 2, 0),
        ("受" * 70, 70, 1, 0),
        ("受" * 71, 71, 1, 1),
        ("受" * 134, 134, 2, 0),
        ("a" * 69 + "受", 70, 1, 0),
        ("😀" * 35, 70, 1, 0),
        ("😀" * 36, 72, 1, 2),
    ],
)
def test_a_text_is_as_long_as_the_network_counts_it(text_, length, parts, excess):
    assert (gsm.length(text_), gsm.excess(text_, parts)) == (length, excess)
