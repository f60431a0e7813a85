import pytest

from hosts.phones import international, to_e164


@pytest.mark.parametrize(
    ("region", "typed", "stored"),
    [
        ("IN", "98765 43210", "+919876543210"),
        ("IN", "098765-43210", "+919876543210"),
        ("GB", "07700 900142", "+447700900142"),
        ("", "+44 (0)7700 900142", "+447700900142"),
        ("IN", "\uff0b44 7700 900142", "+447700900142"),
        ("IN", "+٤٤ ٧٧٠٠ ٩٠٠١٤٢", "+447700900142"),
    ],
)
def test_a_number_as_people_type_it_is_stored_as_e164(settings, region, typed, stored):
    settings.PHONE_REGION = region

    assert to_e164(typed) == stored


@pytest.mark.parametrize("typed", ["", "call me", "12345", "98765 43210", "+44 7700", "+44 7700 900142 90014 2"])
def test_what_cannot_be_a_number_anywhere_is_refused(settings, typed):
    settings.PHONE_REGION = ""

    with pytest.raises(ValueError, match=r".+"):
        to_e164(typed)


def test_a_number_is_shown_as_people_read_it():
    assert international("+447700900142") == "+44 7700 900142"
