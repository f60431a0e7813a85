"""Finding appointments, on the database's own full-text index."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from appointments.choices import EndedBy
from appointments.models import Appointment
from appointments.search import find, make_index
from tests.cast import make_appointment, make_host


def found(typed: str) -> list[str]:
    """The names of the visitors that this search finds."""
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


def test_a_number_is_read_by_the_rules_of_the_sites_region(host, office):
    office(phone_region="US")
    make_appointment(host, visitor_phone="+447700900142")

    assert found("011 44 7700 900142") == ["Yusuf Al-Masri"]


@pytest.mark.usefixtures("_visits")
@pytest.mark.parametrize("typed", ["zoe", "Zoë", "ZOË BERG", "zoe\u0308", "Ｚｏｅ", "zøe"])
def test_accents_and_case_do_not_matter(typed):
    assert found(typed) == ["Zoë van der Berg"]


# A name, the parts by which it is searched, and some by which it is not.
WRITTEN = {
    "Japanese": ("山田花子", ["山田", "花子", "田花", "子", "山田 花子", "山田花子"], ["花山", "太郎"]),
    "Japanese, in Kana": ("スズキ イチロー", ["スズキ", "ズキ", "チロー", "ｲﾁﾛｰ"], ["キイ"]),
    "Chinese": ("欧阳修远", ["欧阳", "修远", "阳修"], ["远修"]),
    "Chinese, beyond the basic plane": ("𠮷野家", ["𠮷", "野家"], ["家野"]),
    "Chinese, a long name": ("一二三四五六七八九十百千万億兆", ["二三四五六七八九十百千万億兆", "万億兆"], ["二四"]),
    "Korean": ("김민준", ["김", "민준", "준", "김민준"], ["준민"]),
    "Thai": ("สมชาย ใจดี", ["สมชาย", "ชาย", "ใจ", "ดี"], ["ชม"]),
    "Burmese": ("အောင်ဆန်း", ["အောင်", "ဆန်း"], ["ဆအ"]),
    "Khmer": ("សុខសាន្ត", ["សុខ", "សាន្ត"], ["ខស្ត"]),
    "Turkish": ("Özge Çelik", ["özge", "OZGE", "celik", "ÇELİK", "ozge cel"], ["elik"]),
    "Polish": ("Łukasz Żółć", ["lukasz", "zolc", "ŁUK"], ["ukasz"]),
    "Azerbaijani": ("Əliyev", ["əliyev"[:3], "əliyev", "eliyev"], ["xyz"]),
    "Icelandic": ("Þórður Sæmundsson", ["thordur", "saemund", "Þórð"], ["ordur"]),
    "Arabic": ("علي", ["علي", "علی", "عل"], ["لی"]),
    "Greek": ("Νίκος Παππάς", ["νικοσ", "ΠΑΠΠΑΣ", "παππας"], ["ικος"]),
    "an apostrophe": ("Seán O’Brien", ["o'brien", "O’Brien", "brien", "sean o"], ["xbrien"]),
}
PARTS = [(name, part, True) for name, parts, _ in WRITTEN.values() for part in parts]
PARTS += [(name, part, False) for name, _, parts in WRITTEN.values() for part in parts]


@pytest.mark.parametrize(("name", "part", "is_found"), PARTS)
def test_a_name_is_found_as_people_search_it_in_every_script(host, name, part, is_found):
    make_appointment(host, visitor_name=name)
    make_appointment(make_host(name="Daniel Osei"), visitor_name="Chen Wei", visitor_email="chen@mail.example")

    assert found(part) == ([name] if is_found else [])


@pytest.mark.django_db(transaction=True)
def test_an_appointment_of_an_earlier_version_is_found_after_the_migration(host):
    make_appointment(host, visitor_name="山田花子")
    Appointment.objects.update(search_words="山田花子")
    assert found("花子") == []
    migration = import_module("appointments.migrations.0007_search_words_of_every_script")

    with connection.schema_editor() as editor:
        migration.index(apps, editor)
    make_index(using="default")

    assert found("花子") == ["山田花子"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_visits")
def test_an_index_of_an_earlier_version_is_rebuilt_with_the_existing_rows():
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
def test_punctuation_is_not_query_syntax(typed):
    assert found(typed) in ([], ["Yusuf Al-Masri", "Zoë van der Berg"])


def test_a_deleted_appointment_is_found_no_more(in_person):
    in_person.delete()

    assert found("yusuf") == []


def test_an_appointment_whose_words_change_is_found_by_the_new_ones_alone(in_person):
    Appointment.objects.filter(pk=in_person.pk).update(search_words="erased")

    assert found("yusuf") == found("447700900142") == []
    assert found("erased") == ["Yusuf Al-Masri"]


def test_saving_an_appointment_keeps_it_found(in_person):
    in_person.refresh_from_db()
    in_person.save()

    assert found("yusuf") == ["Yusuf Al-Masri"]
