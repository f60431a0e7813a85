"""Files as the usual programs and directories write them are imported as they are, without a choice by hand."""

from pathlib import Path

import pytest

from hosts.models import Host
from offices.models import Office
from tests.hosts.exchange.files import import_whole

pytestmark = pytest.mark.django_db

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
PEOPLE = {
    ("Zoë Müller", "zoe.muller@meridianhouse.example", "+919876543202"),
    ("Anika Rao", "anika.rao@meridianhouse.example", "+919876543201"),
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_file_of_this_program_is_imported(office, sample):
    office(phone_region="IN", address="")

    import_whole(sample.read_bytes())

    assert set(Host.objects.values_list("name", "email", "phone")) == PEOPLE
    assert set(Host.objects.values_list("is_active", flat=True)) == {True}
    # A form of address is no role, and a department none where there is one.
    assert not Host.objects.filter(title__in=["", "Sales", "Vertrieb"]).exclude(email__startswith="anika").exists()
    assert not Host.objects.filter(address="").exists()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_imported_twice_it_changes_nothing(office, sample):
    office(phone_region="IN")
    import_whole(sample.read_bytes())

    assert import_whole(sample.read_bytes()).plan["changes"] == []


def test_where_no_file_says_an_address_new_hosts_get_the_usual_one(office):
    office(phone_region="IN", address="The lobby")
    text = "Name,Email,Phone\nZoë,zoe@meridianhouse.example,098765 43202"

    import_whole(text.encode())

    assert Host.objects.get().address == "The lobby"
    assert not Office.objects.filter(address="The lobby").exists()
