"""How an email is written: as Django writes it, in ASCII, in lines that every mail server takes."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from notifications.email.backend import SEVEN_BIT, as_bytes

TEXTS = [
    "Yusuf Al-Masri is here.\n",
    "没有人 – Zoë’s visit = 100 % \N{GRINNING FACE}\n" * 20,
    "a" * 3000 + "\n" + "ü" * 3000,
    "Trailing spaces   \n-- \nand a tab\t\n.\n.. two dots\nFrom the office\n\n\n",
    "No line end",
    "",
]


def written(**fields):
    message = EmailMultiAlternatives(
        **{
            "subject": "Yusuf Al-Masri is here",
            "body": TEXTS[0],
            "from_email": "Meridian House <reception@meridianhouse.example>",
            "to": ["anika@meridianhouse.example"],
            "headers": {"Message-ID": "<1.0.2026@visit.example>", "Date": "Wed, 25 Nov 2026 17:00:00 -0000"},
            **fields,
        }
    )
    message.encoding = SEVEN_BIT
    return message


def headers(message):
    return [(name, str(value)) for name, value in message.items() if name != "Content-Type"]


def texts(message):
    return [part.get_content() for part in message.iter_parts()]


@pytest.mark.parametrize("body", TEXTS)
@pytest.mark.parametrize("html", TEXTS[:4])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"subject": "Zoë is here – 没有人", "reply_to": ["yusuf@visitor.example"]},
        {"subject": "Very long " * 30},
        {"from_email": "Zoë’s office with a name that needs more than one line of the header <a@b.example>"},
    ],
    ids=["plain", "other letters", "long", "long sender"],
)
def test_mail_programs_read_what_they_read_from_django(body, html, fields):
    message = written(body=body, **fields)
    message.attach_alternative(html, "text/html")

    data = as_bytes(message)

    message.encoding = None
    by_django = message.message().as_bytes(linesep="\r\n")
    ours, theirs = (message_from_bytes(each, policy=policy.default) for each in (data, by_django))
    assert headers(ours) == headers(theirs)
    assert [part.get_content_type() for part in ours.walk()] == [part.get_content_type() for part in theirs.walk()]
    assert texts(ours) == texts(theirs)
    assert not ours.defects
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    # As long as Python makes a word of a header that has other letters.
    assert max(map(len, lines)) < 80


def test_no_two_messages_have_the_same_boundary():
    first, second = (message_from_bytes(as_bytes(two_parts())).get_boundary() for _number in range(2))

    assert first != second


def two_parts():
    message = written()
    message.attach_alternative("<p>Here</p>", "text/html")
    return message


@pytest.mark.parametrize("name", ["subject", "from_email"])
def test_a_line_end_in_a_header_is_refused(name):
    with pytest.raises(BadHeaderError):
        as_bytes(written(**{name: "Hello\nBcc: all@meridianhouse.example"}))


def test_a_message_of_one_part_is_written_too():
    message = EmailMessage("Hello", "Zoë\n", "a@b.example", ["c@d.example"])
    message.encoding = SEVEN_BIT

    assert message_from_bytes(as_bytes(message), policy=policy.default).get_content() == "Zoë\r\n"
