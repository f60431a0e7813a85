"""Phone numbers of files, however programs have left them."""

import pytest

from hosts.models import Host
from tests.cast import make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, faults, import_whole, preview, xlsx_of


@pytest.mark.parametrize("phone", [9812345001, 9812345001.0, "9812345001.0", "9.812345001E9", '="09812345001"'])
def test_a_phone_as_a_number_is_the_number_itself(office, db, phone):
    office(phone_region="IN")
    row = [*NAOMI]
    row[3] = phone

    import_whole(csv_of(HEAD, row) if isinstance(phone, str) else xlsx_of(HEAD, row))

    assert Host.objects.get().phone == "+919812345001"


@pytest.mark.parametrize(
    ("region", "cell", "phone"),
    [
        ("IN", 919876543299, "+919876543299"),
        ("GB", 919876543299, "+919876543299"),
        ("", "447911123456.0", "+447911123456"),
        ("US", "4915112345678", "+4915112345678"),
        ("JP", "33612345678", "+33612345678"),
        ("JP", 33612345678, "+33612345678"),
        ("BR", "33612345678", "+33612345678"),
        ("CN", "919812345001", "+919812345001"),
        ("IT", "447911123456", "+447911123456"),
        ("JP", "33 6 12 34 56 78", "+33612345678"),
        # Both are assigned, and a text reaches the one of the office's country alone, or more surely.
        ("US", "6462123456", "+16462123456"),
        ("US", "(646) 212-3456", "+16462123456"),
        ("DE", "15112345678", "+4915112345678"),
    ],
)
def test_a_number_whose_plus_sign_a_program_dropped_is_known(office, db, region, cell, phone):
    office(phone_region=region)
    row = [*NAOMI]
    row[3] = cell

    import_whole(xlsx_of(HEAD, row))

    assert Host.objects.get().phone == phone


@pytest.mark.parametrize(
    ("region", "cell"), [("DE", "447911123456"), ("DE", 447911123456), ("DE", "44 7911 123456"), ("IN", "6591234567")]
)
def test_a_number_that_could_be_two_is_refused_in_words(office, db, region, cell):
    office(phone_region=region)
    row = [*NAOMI]
    row[3] = cell

    assert faults(xlsx_of(HEAD, row)) == [
        "Phone: Write this number with a + and its country code: it could be two numbers"
    ]


@pytest.mark.parametrize("phone", ["+447911123456", "+49447911123456"])
def test_a_number_that_could_be_two_is_that_of_the_known_host(office, db, phone):
    office(phone_region="DE")
    host = make_host(phone=phone)

    found = preview(csv_of(["Email", "Phone"], [host.email, "447911123456"]))

    assert (found.plan["changes"], found.plan["faults"], found.plan["same"]) == ([], [], 1)


def test_a_number_of_no_country_is_not_made_one_of_another(office, db):
    office(phone_region="")
    row = [*NAOMI]
    row[3] = "9812345001"

    assert faults(csv_of(HEAD, row))[0].startswith("Phone: Enter a phone number with its country code")
