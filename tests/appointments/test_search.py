"""Finding appointments, on the database's own full-text index."""

import pytest
from django.db import connection

from appointments.models import Appointment, EndedBy
from appointments.search import find, make_index
from tests.cast import make_appointment


def found(typed: str) -> list[str]:
    """The names of the visitors whom this finds."""
    return sorted(find(Appointment.objects.all(), typed).values_list("visitor_name", flat=True))


@pytest.fixture
def _visits(host):
    make_appointment(host).end(EndedBy.HOST)
    make_appointment(
        host, visitor_name="Zoë van der Berg", visitor_email="zoe.berg@mail.example", visitor_phone="+919876543207"
    )


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize(
    "typed",
    ["yusuf", "YUSUF", "Masri", "al-masri yusuf", "mas", "yusuf@visitor.example", "yusuf@vis"],
)
def test_finds_by_the_beginnings_of_words_of_name_and_email(typed):
    assert found(typed) == ["Yusuf Al-Masri"]


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize(
    "typed",
    [
        "+447700900142",
        "+44 7700 900142",
        "0044 7700 900142",
        "07700 900142",
        "07700-900 142",
        "(07700) 900142",
        "7700 90",
    ],
)
def test_finds_by_phone_in_any_format(typed):
    assert found(typed) == ["Yusuf Al-Masri"]


@pytest.mark.usefixtures("_visits")
def test_a_national_number_of_the_sites_region_is_found():
    assert found("098765 43207") == ["Zoë van der Berg"]


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize("typed", ["zoe", "Zoë", "ZOË BERG", "zoe\u0308", "Ｚｏｅ", "zøe"])
def test_accents_and_case_do_not_matter(typed):
    assert found(typed) == ["Zoë van der Berg"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_visits")
def test_an_index_of_an_earlier_version_is_made_anew_with_what_is_there():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE appointments_search")
            cursor.execute("CREATE VIRTUAL TABLE appointments_search USING fts5(search_words)")
        else:
            cursor.execute("ALTER TABLE appointments_appointment DROP COLUMN search_vector")

    make_index(using="default")

    assert found("zoe") == ["Zoë van der Berg"]


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize("typed", ["nobody", "yusuf berg", "usuf", "99999"])
def test_finds_nothing_where_a_word_is_missing(typed):
    assert found(typed) == []


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize("typed", ["", "  ", "'", '"', "&|!", "*", "') OR 1=1 --", "NEAR(", "\x00"])
def test_what_is_no_word_is_no_syntax_either(typed):
    assert found(typed) in ([], ["Yusuf Al-Masri", "Zoë van der Berg"])


def test_a_deleted_appointment_is_found_no_more(in_person):
    in_person.delete()

    assert found("yusuf") == []
