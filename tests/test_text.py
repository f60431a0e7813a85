"""What people type stays as they meant it, and disturbs nothing around it."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from appointments.models import Appointment
from core.names import validate_name
from core.text import has_letter, many_lines, one_line
from hosts.models import Host
from tests.appointments.test_checkin import typed
from tests.hosts.exchange.files import csv_of, import_whole
from tests.panel.conftest import manager, panel  # noqa: F401

# Names and words that must stay as they are, in composed form.
MEANT = {
    "decomposed": unicodedata.normalize("NFD", "José Müller"),
    "Vietnamese": unicodedata.normalize("NFD", "Nguyễn Thị Ánh"),
    "Hindi": "श्री अर्जुन कृष्णमूर्ति",
    "Hindi, joined": "क्\u200dष",
    "Hindi, apart": "क्\u200cष",
    "Bengali, ya after ra": "র\u200d্যাম",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Malayalam": "അവന്\u200d",
    "Arabic": "يوسف المصري",
    "Arabic, vowelled": "مُحَمَّد",
    "Persian": "می\u200cخواهم",
    "Persian, a name": "علی\u200cرضا",
    "Urdu": "محمد اقبال",
    "Hebrew, pointed": "בְּרֵאשִׁ֖ית",
    "Thai": "ก่ำ ผู้ใหญ่ น้ำ",
    "Tibetan": "བསྒྲུབས",
    "Burmese": "မြန်မာ",
    "Korean": "김민준",
    "Chinese": "王小明",
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "flag": "🏳️\u200d🌈",
    "doctor": "🧑🏽\u200d⚕️",
    "nodding": "🙂\u200d↔️",
    "Japanese, the form of a name": "葛\U000e0100城",
    "Mongolian, a last letter apart": "ᠬᠠᠭᠠ\u180eᠠ",
    "flag of Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "heart": "❤️\u200d🔥",
    "keycap": "1️⃣",
    "an emoji of tomorrow": "\U0001fae9",
}
# What misleads or disturbs, and what is left of it.
DISTURBING = {
    "override": ("Anna\u202egro.live", "Annagro.live"),
    "isolate": ("\u2066Anna\u2069 \u2068Lee", "Anna Lee"),
    "marks of direction": ("\u200eAnna\u200f\u061c", "Anna"),
    "embedding": ("\u202aAnna\u202b\u202c\u202d", "Anna"),
    "zero-width space": ("An\u200bna\ufeff\u2060", "Anna"),
    "joiners in Latin": ("An\u200dna\u200c Lee", "Anna Lee"),
    "joiners in a row": ("علی\u200c\u200c\u200c\u200dرضا", "علی\u200cرضا"),
    "joiner at the beginning": ("\u200dAnna", "Anna"),
    "soft hyphen": ("An\u00adna", "Anna"),
    "tags": ("Anna\U000e0041\U000e0042", "Anna"),
    "fillers": ("A\u3164\u115fnn\u2800a\u034f", "Anna"),
    "private": ("Anna\ue000", "Anna"),
    "surrogate": ("Anna\ud800", "Anna"),
    "no character": ("Anna\uffff\U0001ffff", "Anna"),
    "many marks": ("Z" + "\u0336\u0301\u0300\u0302\u0303" * 20, "Ź\u0336\u0300\u0302"),
    "many marks apart": ("Z\u200d" + "\u0301" * 9 + "\u200d" + "\u0301" * 9, "Ź" + "\u0301" * 3),
    "enclosing": ("A" + "\u20dd" * 30, "A" + "\u20dd" * 4),
    "selectors of a letter": ("A" + "\ufe0f" * 30, "A"),
    "selectors in a row": ("葛" + "\U000e0100" * 30, "葛\U000e0100"),
    "tags that are no flag": ("\U0001f3f4\U000e0065\U000e0076\U000e007f", "\U0001f3f4"),
    "inherent vowels": ("An\u17b4na\u17b5", "Anna"),
    "blank hieroglyphs": ("An\U00013441na\U00013442", "Anna"),
    "the filler of Khitan": ("Anna\U00016fe4", "Anna"),
    "an empty note": ("Anna\U0001d159", "Anna"),
    "a separator in Latin": ("An\u180ena", "Anna"),
}
STRANGE = [
    # No letter of Unicode is composed of a Q and this mark, so the name before the marks stays as it is.
    "\u202eAnna \u2066Lee Q\u200b" + "\u0301" * 50,
    "Anna \u202bLee" + "\u0336" * 50,
]


@pytest.mark.once
@pytest.mark.parametrize("clean", [one_line, many_lines])
@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_every_script_stays_as_it_was_meant(clean, text):
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.once
@pytest.mark.parametrize("clean", [one_line, many_lines])
@pytest.mark.parametrize(("text", "left"), DISTURBING.values(), ids=DISTURBING)
def test_what_misleads_is_taken_out(clean, text, left):
    assert clean(text) == left


@pytest.mark.once
@pytest.mark.parametrize("clean", [one_line, many_lines])
@pytest.mark.parametrize("text", [text for text, _left in DISTURBING.values()])
def test_cleaning_twice_changes_nothing(clean, text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.once
@pytest.mark.parametrize(
    "nothing",
    [
        "\u200b\u202e",
        "\u3164",
        "\uffa0 \u115f",
        "\u2800\u2800",
        "\u0301\u0301",
        "\ufe0f",
        "\u200d",
        "\x00",
        "\U00013441",
    ],
)
def test_a_name_that_nobody_can_see_is_none(nothing):
    assert one_line(nothing) == ""


@pytest.mark.once
@pytest.mark.parametrize("name", ["12", "…", "\u3164", "🎉", "\u0301", "(–)"])
def test_a_name_has_a_letter(name):
    assert not has_letter(one_line(name))
    with pytest.raises(ValidationError):
        validate_name(one_line(name))


@pytest.mark.once
@pytest.mark.parametrize("name", ["Ø", "X Æ A-12", "王", "김", "ก", "ሀ", "ߊ"])
def test_a_letter_of_any_script_is_a_name(name):
    validate_name(one_line(name))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\u3164", "\uffa0\u115f", "\u2800", "\U00013441", "\x08", "…", "🎉"])
def test_nobody_checks_in_under_a_name_that_nobody_can_read(client, host, name):
    page = client.post("/", typed(host, name=name)).content.decode()

    assert "Enter your full name" in page
    assert not Appointment.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\u3164", "⠀", "12"])
def test_nor_is_a_host_added_under_one(panel, name):  # noqa: F811
    details = {"email": "mei@x.example", "phone": "+447700900142", "presence": "remote", "address": "4th floor"}

    panel.post("/admin/hosts/host/add/", {**details, "name": name})

    assert not Host.objects.exists()


@pytest.mark.once
def test_lines_stay_lines():
    assert (
        many_lines("4th floor\r\n12\tResidency Road\rBengaluru\x00\x1b\n") == "4th floor\n12\tResidency Road\nBengaluru"
    )


def disturbs(text: str) -> bool:
    """Whether it has what could reach beyond itself."""
    marks = [each for each in text if unicodedata.category(each) == "Mn"]
    return len(marks) > 8 or any(unicodedata.category(each) == "Cf" for each in text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STRANGE)
def test_no_name_of_a_visitor_disturbs_a_page(client, host, name):
    client.post("/", typed(host, name=name, purpose=name))

    visit = Appointment.objects.get()
    assert "Anna Lee" in visit.visitor_name
    assert not disturbs(visit.visitor_name + visit.purpose)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STRANGE)
def test_nor_does_one_that_the_panel_takes(panel, name):  # noqa: F811
    details = {"email": "mei@x.example", "phone": "+447700900142", "presence": "remote"}
    panel.post("/admin/hosts/host/add/", {**details, "name": name, "title": name, "address": f"4th floor\n{name}"})

    host = Host.objects.get()
    assert host.address.startswith("4th floor\nAnna Lee")
    assert not disturbs(host.name + host.title)
    assert not disturbs(host.address)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STRANGE)
def test_nor_does_one_of_a_file(name):
    row = {
        "name": name,
        "title": name,
        "email": "mei@x.example",
        "phone": "+447700900142",
        "address": f"4th floor\n{name}",
        "presence": "remote",
        "listed": "yes",
    }
    import_whole(csv_of(list(row), list(row.values())))

    host = Host.objects.get()
    assert host.address.startswith("4th floor\nAnna Lee")
    assert not disturbs(host.name + host.title)
    assert not disturbs(host.address)
