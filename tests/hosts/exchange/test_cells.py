"""What single cells mean, however programs have left them."""

import pytest
from django.core.exceptions import ValidationError

from core.spreadsheets import as_text, from_text
from hosts.exchange.cells import digits_of, of_number, refuse_errors, text_of, yes_or_no
from hosts.models import Host
from tests.cast import make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, faults, import_whole, preview

LOST = "Phone: This number has lost digits"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("9812345001.0", "9812345001"),
        ("9812345001,00", "9812345001"),
        ("9.812345001E9", "9812345001"),
        ("9,812345001E+09", "9812345001"),
        ("9.8123450010E+09", "9812345001"),
        ("9,812,345,001", "9812345001"),
        ("9.812.345.001", "9812345001"),
        ("9’812’345’001", "9812345001"),
        ("098765 43299", "098765 43299"),
        ("+44 20 7946 0018", "+44 20 7946 0018"),
        ("020.7946.0018", "020.7946.0018"),
        ("1E" + "9" * 5000, "1E" + "9" * 5000),
        ("1E+" + "0" * 4301 + "1", "1E+" + "0" * 4301 + "1"),
        ("", ""),
    ],
)
def test_a_whole_number_means_its_digits(text, digits):
    assert digits_of(text) == digits


@pytest.mark.parametrize("text", ["9.19812E+11", "9,19812E+11", "4.4E11", "9E+11", "9812345001234567", "1.5E+20"])
def test_a_number_that_has_lost_digits_is_refused_in_words(office, db, text):
    office(phone_region="IN")
    row = [*NAOMI]
    row[3] = text

    assert faults(csv_of(HEAD, row, delimiter=";"))[0].startswith(LOST)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9812345001.0, "9812345001"),
        (919812345001, "919812345001"),
        (4, "4"),
        (2.5, "2.5"),
        (12e15, "1.20000000000000E+16"),
    ],
)
def test_a_number_of_a_workbook_is_its_digits(value, text):
    assert of_number(value) == text


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#########", "#VALUE!", "#name?"])
def test_an_error_of_the_program_is_no_content(text):
    with pytest.raises(ValidationError, match="error of the spreadsheet program"):
        refuse_errors(text)


@pytest.mark.parametrize(
    "cell", ["=1+2", "'=1+2", "''=1", "'t Hart, Joost", "''t", "'", "-", "'-", "+44 7700 900142", "'+44"]
)
def test_every_cell_comes_back_as_it_was(cell):
    assert from_text(as_text(cell)) == text_of(as_text(cell)) == cell
    assert as_text(cell)[0] not in "=-@"


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("yes", True),
        ("YES", True),
        ("1", True),
        ("true", True),
        ("WAHR", True),
        ("vrai", True),
        ("sí", True),
        ("Active", True),
        ("x", True),
        ("no", False),
        ("0", False),
        ("False", False),
        ("FALSCH", False),
        ("faux", False),
        ("não", False),
        ("suspended", False),
    ],
)
def test_yes_and_no_are_understood_in_several_ways(typed, listed):
    assert yes_or_no(typed) is listed


@pytest.mark.parametrize(
    ("typed", "presence"),
    [
        ("", "in_office"),
        ("In office", "in_office"),
        (" REMOTE ", "remote"),
        ("away", "away"),
        ("in_office", "in_office"),
    ],
)
def test_presence_is_known_by_either_name_and_is_in_the_office_unless_said(db, typed, presence):
    row = [*NAOMI]
    row[5] = typed

    import_whole(csv_of(HEAD, row))

    assert Host.objects.get().presence == presence


@pytest.mark.parametrize(
    ("column", "typed", "sentence"),
    [
        (3, "12 rue", "Phone: Enter a phone number with its country code"),
        (2, "naomi", "Email: Enter a valid email address"),
        (2, "", "Email: This cell is empty"),
        (5, "On the moon", "Presence: Enter one of: In office, Remote, Away"),
        (6, "perhaps", "Listed: Enter yes or no"),
        (0, "", "Name: This cell is empty"),
        (0, "x" * 121, "Name: Ensure this value has at most 120 characters"),
        (4, "x" * 301, "Address: Ensure this value has at most 300 characters"),
        (1, "#REF!", "Title: This cell holds an error"),
    ],
)
def test_each_wrong_cell_is_one_sentence(db, column, typed, sentence):
    row = [*NAOMI]
    row[column] = typed

    found = faults(csv_of(HEAD, row))

    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_the_models_own_rules_hold_for_a_file(db, monkeypatch):
    def no_lawyers(title: str) -> None:
        if title == "Legal":
            raise ValidationError("No lawyers")

    monkeypatch.setattr(Host._meta.get_field("title"), "validators", [no_lawyers])

    assert faults(csv_of(HEAD, NAOMI)) == ["Title: No lawyers"]


def test_cells_are_taken_as_people_leave_them(db):
    import_whole(
        csv_of(HEAD, ["  Naomi  Tanaka ", "", " mailto:naomi@meridianhouse.example ", "'+919876543299", " 4 ", "", ""])
    )

    naomi = Host.objects.get()
    assert (naomi.name, naomi.title, naomi.email) == ("Naomi Tanaka", "", "naomi@meridianhouse.example")
    assert (naomi.phone, naomi.address, naomi.is_active) == ("+919876543299", "4", True)


def test_an_absent_column_changes_nothing(db):
    host = make_host(presence="away", is_active=False)

    found = preview(csv_of(["name", "email", "phone", "address"], [host.name, host.email, host.phone, host.address]))

    assert (found.plan["changes"], found.plan["same"]) == ([], 1)


def test_an_empty_presence_or_listed_cell_changes_nothing_for_a_known_host(db):
    host = make_host(presence="away", is_active=False)

    import_whole(csv_of(HEAD, [host.name, "", host.email, "", "", "", ""]))

    host.refresh_from_db()
    assert (host.presence, host.is_active, host.title, host.phone) == ("away", False, "", "+919876543201")


def test_a_known_address_changes_that_host_whatever_its_case(db):
    host = make_host()

    import_whole(csv_of(HEAD, ["Anika Rao", "Director", host.email.upper(), host.phone, "5th floor", "Away", "no"]))

    email = host.email
    host.refresh_from_db()
    assert (host.title, host.address, host.presence, host.is_active) == ("Director", "5th floor", "away", False)
    assert (Host.objects.count(), host.email) == (1, email)
