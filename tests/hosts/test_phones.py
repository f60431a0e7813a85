"""Phone numbers as people type them, in each part of the world."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError

from core.forms import PhoneField
from core.phones import beginnings, international, to_e164

# A mobile number of each region as people there write it, and what is dialled before numbers of other countries.
REGIONS = [
    ("IN", "098765 43210", "+919876543210", "00"),
    ("GB", "07700 900142", "+447700900142", "00"),
    ("US", "(415) 555-2671", "+14155552671", "011"),
    ("CA", "416-555-0123", "+14165550123", "011"),
    ("AU", "0412 345 678", "+61412345678", "0011"),
    ("NZ", "021 123 4567", "+64211234567", "00"),
    ("DE", "0151 23456789", "+4915123456789", "00"),
    ("FR", "06 12 34 56 78", "+33612345678", "00"),
    ("IT", "312 345 6789", "+393123456789", "00"),
    ("ES", "612 34 56 78", "+34612345678", "00"),
    ("NL", "06-12345678", "+31612345678", "00"),
    ("SE", "070-123 45 67", "+46701234567", "00"),
    ("PL", "512 345 678", "+48512345678", "00"),
    ("BR", "(11) 96123-4567", "+5511961234567", "0015"),
    ("MX", "222 123 4567", "+522221234567", "00"),
    ("JP", "090-1234-5678", "+819012345678", "010"),
    ("KR", "010-2000-0000", "+821020000000", "001"),
    ("CN", "131 2345 6789", "+8613123456789", "00"),
    ("SG", "8123 4567", "+6581234567", "001"),
    ("ID", "0812-3456-7890", "+6281234567890", "008"),
    ("ZA", "071 123 4567", "+27711234567", "00"),
    ("NG", "0802 123 4567", "+2348021234567", "009"),
    ("KE", "0712 123456", "+254712123456", "000"),
    ("EG", "0100 123 4567", "+201001234567", "00"),
    ("AE", "050 123 4567", "+971501234567", "00"),
    ("RU", "8 (912) 345-67-89", "+79123456789", "810"),
    ("TR", "0501 234 56 78", "+905012345678", "00"),
]
by_region = pytest.mark.parametrize(("region", "national", "e164", "abroad"), REGIONS, ids=[row[0] for row in REGIONS])


@by_region
def test_a_national_number_is_one_of_its_region(region, national, e164, abroad):
    assert to_e164(national, region) == e164


@by_region
@pytest.mark.parametrize("separator", [" ", "-", ".", "/", "\u00a0", "\u2011", "(", "  ", "\u2009"])
def test_separators_between_digits_do_not_matter(region, national, e164, abroad, separator):
    digits = "".join(each for each in national if each.isdigit())

    assert to_e164(separator.join((digits[:3], digits[3:6], digits[6:])), region) == e164


@by_region
@pytest.mark.parametrize("other", ["IN", "GB", "US", ""])
def test_an_international_number_is_the_same_everywhere(region, national, e164, abroad, other):
    for typed in (e164, international(e164), international(e164).replace(" ", "-"), e164.replace("+", "\uff0b")):
        assert to_e164(typed, other) == e164


@by_region
@pytest.mark.parametrize("other", ["IN", "GB", "US", "BR", "AU", "JP", ""])
def test_two_zeros_are_a_plus_everywhere(region, national, e164, abroad, other):
    for typed in (e164.replace("+", "00"), f"00 {e164[1:5]} {e164[5:]}", f"(00) {e164[1:]}", f"+00{e164[1:]}"):
        assert to_e164(typed, other) == e164


@by_region
def test_what_a_region_dials_for_other_countries_is_a_plus_there(region, national, e164, abroad):
    assert to_e164(f"{abroad} 41 78 123 45 67", region) == "+41781234567"


@pytest.mark.parametrize(
    ("region", "typed", "stored"),
    [
        ("", "+44 (0)7700 900142", "+447700900142"),
        ("", "0044 (0)7700 900142", "+447700900142"),
        ("", "tel:+44-7700-900142", "+447700900142"),
        ("IN", "\uff0b44 7700 900142", "+447700900142"),
        ("IN", "+٤٤ ٧٧٠٠ ٩٠٠١٤٢", "+447700900142"),
        ("", "٠٠٤٤ ٧٧٠٠ ٩٠٠١٤٢", "+447700900142"),
        ("JP", "０９０－１２３４－５６７８", "+819012345678"),
    ],
)
def test_a_number_as_people_type_it_is_stored_as_e164(region, typed, stored):
    assert to_e164(typed, region) == stored


# What is no number that a text reaches, and what the visitor reads beside the field.
EXAMPLE = "Enter a phone number with its country code, like +91 81234 56789"
IN_DIGITS = "Enter the phone number in digits, without letters"
NO_EXTENSION = "Enter the number without its extension, as no text reaches one"
TOO_LONG = "A phone number has 15 digits at most, with its country code"
REFUSED = [
    ("call me", EXAMPLE),
    ("12345", EXAMPLE),
    ("+44 7700", EXAMPLE),
    ("00", EXAMPLE),
    ("+", EXAMPLE),
    ("12 rue", EXAMPLE),
    ("+44 7700 900142 ext 778", NO_EXTENSION),
    ("098765 43210 x12", NO_EXTENSION),
    ("+44 7700 900142 доб. 12", NO_EXTENSION),
    ("+44 7700 900142;ext=5", NO_EXTENSION),
    ("+44 7700 900142,,5", NO_EXTENSION),
    ("+44 7700 900142 #5", NO_EXTENSION),
    ("1-800-FLOWERS", IN_DIGITS),
    ("+1 800 FLOWERS", IN_DIGITS),
    ("0800 CALL NOW", IN_DIGITS),
    ("+33 6 12 34 56 78 poste 12", IN_DIGITS),
    ("Tel. 098765 43210", IN_DIGITS),
    ("*31#098765 43210", IN_DIGITS),
    ("+44 7700 900142*5", IN_DIGITS),
    ("+62 812 3456 7890 1234", TOO_LONG),
    ("+49 1512 3456 7890 123", TOO_LONG),
    ("0062 812 3456 7890 1234", TOO_LONG),
    ("098765 43210 / 098765 43211", TOO_LONG),
    ("9" * 40, TOO_LONG),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_what_no_text_reaches_is_refused_in_words(typed, sentence):
    form = PhoneField(region=lambda: "IN", required=False)

    with pytest.raises(ValidationError) as refused:
        form.clean(typed)

    assert refused.value.messages == [sentence]
    assert form.prepare_value(typed) == typed


@pytest.mark.parametrize("typed", ["98765 43210", "07700 900142", "call me"])
def test_a_national_number_needs_a_region(typed):
    with pytest.raises(ValueError, match=r".+"):
        to_e164(typed, region="")


def test_no_number_of_any_region_is_longer_than_its_column():
    for region in phonenumbers.SUPPORTED_REGIONS:
        code = phonenumbers.country_code_for_region(region)
        for length in range(4, 20):
            try:
                assert len(to_e164(f"+{code}{'2' * length}", "")) <= 16
            except ValueError:
                continue


def test_a_number_is_shown_as_people_read_it():
    assert international("+447700900142") == "+44 7700 900142"


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("(98123) 45681", ["919812345681", "9812345681"]),
        ("098123", ["98123"]),
        ("+44 7700", ["447700"]),
        ("Room 4", []),
        ("", []),
    ],
)
def test_a_part_of_a_number_is_searched_by_its_digits(typed, begins):
    assert beginnings(typed, "IN") == begins
