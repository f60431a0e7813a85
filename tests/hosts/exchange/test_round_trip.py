"""An export that is imported again changes nothing, whatever the hosts are called and whoever saved it between."""

import csv
import io
from pathlib import Path

import pytest
from django.utils import translation

from hosts.exchange import export
from hosts.models import Host, Presence
from tests.cast import make_host
from tests.hosts.exchange.files import preview

pytestmark = pytest.mark.django_db

SAVED = Path(__file__).parent / "saved"
NAMES = [
    "'t Hart, Joost",
    "'=1+2",
    "=1+2",
    "-5",
    "+44",
    "@home",
    '“Ann” O’Neil; Esq., "Jr"',
    "Zoë Łukasz Özge",
    "山田 花子",
    "علی\u200cرضا",
    "1.0",
    "9E9",
    "TRUE",
    "#N/A",
    "00123",
    "sep=;",
    '="x"',
    "two  spaces and no\u0308rmal form",
]


@pytest.fixture
def hosts() -> list[Host]:
    """Hosts with every kind of name."""
    return [
        make_host(
            name=name,
            title=name,
            email=f"host{number}@meridianhouse.example",
            address=f"{name}\n4th floor",
            presence=list(Presence)[number % 3],
            is_active=bool(number % 2),
        )
        for number, name in enumerate(NAMES)
    ]


def unchanged(data: bytes) -> bool:
    """Whether nothing in this file changes a host, or is wrong."""
    plan = preview(data).plan
    assert plan["faults"] == []
    assert [change["values"] for change in plan["changes"]] == []
    return plan["same"] == len(NAMES)


@pytest.mark.parametrize("file_format", export.FORMATS)
@pytest.mark.parametrize("region", ["", "IN", "GB"])
def test_what_is_exported_and_imported_again_changes_nothing(hosts, office, file_format, region):
    office(phone_region=region)

    assert unchanged(export.response(Host.objects.all(), file_format).content)


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nor_when_a_program_saved_it_in_its_own_way(hosts, delimiter, encoding):
    text = export.response(Host.objects.all(), "csv").content.decode("utf-8-sig")
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(io.StringIO(text, newline="")))

    assert unchanged(out.getvalue().encode(encoding))


def test_nor_when_a_program_took_the_plus_sign_of_the_phones(hosts):
    text = export.response(Host.objects.all(), "csv").content.decode("utf-8-sig")

    assert unchanged(text.replace("+91 98765 43201", "919876543201").encode())
    assert unchanged(text.replace("+91 98765 43201", "919876543201.0").encode())


def test_nor_when_the_number_without_its_plus_sign_is_of_no_known_range(office):
    office(phone_region="")
    host = make_host(phone="+447700900142")

    found = preview(f"Email,Phone\n{host.email},447700900142".encode())

    assert (found.plan["faults"], found.plan["changes"]) == ([], [])


def test_nor_numbers_that_nobody_could_enter_today(db):
    host = make_host(phone="+18005550199", email="odd@localhost")

    found = preview(export.response([host], "csv").content)

    assert (found.plan["faults"], found.plan["changes"], found.plan["same"]) == ([], [], 1)


def test_nor_when_the_panel_has_another_language_by_then(hosts):
    with translation.override("de"):
        data = export.response(Host.objects.all(), "csv").content

    assert unchanged(data)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_nor_when_libreoffice_saved_it(kind: str):
    # LibreOffice 7.4 opened an export of these hosts and saved it, as CSV with semicolons.
    for number, name in enumerate(names := ["'t Hart, Joost", "=1+2", "Zoë", "Ann; B"]):
        make_host(name=name, email=f"h{number}@meridianhouse.example")

    plan = preview((SAVED / f"libreoffice.{kind}").read_bytes()).plan
    assert (plan["faults"], plan["changes"], plan["same"]) == ([], [], len(names))
