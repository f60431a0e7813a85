"""Numbers: which are a person's, which get texts, and of which country they are, by the examples of libphonenumber."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from phonenumbers import PhoneNumberType

from core import phones
from core.forms import PhoneField
from core.phones import belongs_to, is_service, may_be_texted, validate_regions

pytestmark = pytest.mark.once

NON_GEOGRAPHIC = (800, 808, 870, 878, 881, 882, 883, 888, 979)


def examples(kind: int) -> dict[str, str]:
    """The example number of each country that has one, in E.164, by the country."""
    numbers = {region: phonenumbers.example_number_for_type(region, kind) for region in phonenumbers.SUPPORTED_REGIONS}
    return {
        region: phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for region, number in numbers.items()
        if number
    }


def of_no_country(calling_code: int) -> str:
    number = phonenumbers.example_number_for_non_geo_entity(calling_code)
    assert number
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


SERVICES = {
    "premium rate": PhoneNumberType.PREMIUM_RATE,
    "shared cost": PhoneNumberType.SHARED_COST,
    "toll free": PhoneNumberType.TOLL_FREE,
    "universal access": PhoneNumberType.UAN,
    "voicemail": PhoneNumberType.VOICEMAIL,
}


@pytest.mark.parametrize("kind", SERVICES.values(), ids=SERVICES)
def test_numbers_of_services_are_nobodys_and_get_no_text(kind):
    numbers = examples(kind)

    assert len(numbers) >= 15
    assert [number for number in numbers.values() if not is_service(number) or may_be_texted(number)] == []


@pytest.mark.parametrize("kind", [PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PAGER])
def test_forwarded_numbers_are_a_persons_and_get_no_text(kind):
    numbers = examples(kind)

    assert len(numbers) >= 20
    assert [number for number in numbers.values() if is_service(number) or may_be_texted(number)] == []


@pytest.mark.parametrize("kind", [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP])
def test_phones_of_every_country_are_a_persons_and_get_texts(kind):
    numbers = examples(kind)

    assert len(numbers) >= 95
    assert [number for number in numbers.values() if is_service(number) or not may_be_texted(number)] == []
    assert [region for region, number in numbers.items() if not belongs_to(number, {region})] == []


@pytest.mark.parametrize("calling_code", NON_GEOGRAPHIC)
def test_numbers_of_no_country_get_no_text(calling_code):
    number = of_no_country(calling_code)

    assert not may_be_texted(number)
    assert not belongs_to(number, phonenumbers.SUPPORTED_REGIONS)
    # A satellite phone is carried by a person.
    assert is_service(number) == (calling_code in {800, 808, 888, 979})


@pytest.mark.parametrize(
    ("number", "country", "elsewhere"),
    [
        ("+919876543201", "IN", "GB"),
        ("+14155550100", "US", "CA"),
        ("+18765550100", "JM", "US"),
        # Of a range that is reserved for plays: of the main country.
        ("+447700900142", "GB", "JE"),
    ],
)
def test_a_number_is_one_of_its_country(number, country, elsewhere):
    assert belongs_to(number, {country, "FR"})
    assert not belongs_to(number, {elsewhere, "FR"})


@pytest.mark.parametrize("typed", ["+1 900 555 0100", "+44 909 879 0000", "+979 1 2345 6789", "1800 11 1234"])
def test_a_form_refuses_the_number_of_a_service_in_words(typed):
    field = PhoneField(region=lambda: "IN")

    with pytest.raises(ValidationError) as refused:
        field.clean(typed)

    assert refused.value.messages == ["This is the number of a service. Enter the number of a person’s phone"]


def test_a_form_takes_the_number_of_a_satellite_phone():
    assert PhoneField(region=lambda: "IN").clean("+881 6 1234 5678") == "+881612345678"


def test_countries_are_named_by_their_codes():
    validate_regions("in GB, us")
    validate_regions("*")
    for wrong in ("England", "IN, XX", "+44"):
        with pytest.raises(ValidationError):
            validate_regions(wrong)


def test_a_list_of_countries_may_be_empty():
    validate_regions("")
    assert phones.regions_in("") == frozenset()
