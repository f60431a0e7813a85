"""The lists of the panel and of check-in: names are found and sorted as people do, on both databases."""

import csv
from io import StringIO

import pytest

from hosts.models import Host
from kiosks.models import Kiosk
from rollcall.models import RollCall, on_site
from tests.appointments.test_checkin import listed
from tests.cast import make_appointment, make_host

HOSTS = "/admin/hosts/host/"
APPOINTMENTS = "/admin/appointments/appointment/"
NAMES = [
    "Anders Berg",
    "Åsa Lind",
    "Bea Novak",
    "Çelik Özge",
    "Chen Wei",
    "dan Brown",
    "de Vries, Anna",
    "Devon Lee",
    "Émile Zola",
    "Eva Novak",
    "Łukasz Nowak",
    "Mira Rao",
    "O’Brien, Seán",
    "Oakley",
    "ömer Kaya",
    "Zed",
    "Νίκος",
    "Борис",
    "يوسف",
    "김민준",
    "山田花子",
]


def shown(page) -> list[str]:
    """The names in the order of a panel's list."""
    return [getattr(row, "visitor_name", getattr(row, "name", "")) for row in page.context["cl"].result_list]


@pytest.fixture
def hosts(db) -> None:
    """Hosts of many names, added in no order."""
    for name in [*NAMES[1::2], *NAMES[::2]]:
        make_host(name=name, email=f"host{NAMES.index(name)}@meridianhouse.example")


@pytest.mark.usefixtures("hosts")
def test_check_in_lists_hosts_as_people_sort(client):
    assert list(listed(client.get("/"))) == NAMES


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(("query", "order"), [("", NAMES), ("?o=1", NAMES), ("?o=-1", NAMES[::-1])])
def test_so_does_the_panel(panel, query, order):
    assert shown(panel.get(HOSTS + query)) == order


@pytest.mark.usefixtures("hosts")
def test_so_do_the_filter_and_the_export_of_hosts(panel):
    [hosts_filter] = [
        each for each in panel.get(APPOINTMENTS).context["cl"].filter_specs if each.title in {"host", "Host"}
    ]

    assert [name for _pk, name in hosts_filter.lookup_choices] == NAMES
    export = panel.post("/admin/hosts/host/export/", {"format": "csv"}).content.decode("utf-8-sig")
    assert [row["Name"] for row in csv.DictReader(StringIO(export))] == NAMES


@pytest.mark.django_db
def test_so_do_appointments_and_the_roll_call(panel):
    for name in [*NAMES[1::2], *NAMES[::2]]:
        number = NAMES.index(name)
        host = make_host(name=NAMES[-number], email=f"host{number}@meridianhouse.example")
        make_appointment(host, visitor_name=name, visitor_phone=f"+4477009001{number:02}")

    assert [visit.visitor_name for visit in on_site()] == NAMES
    assert [visit.host_name for visit in panel.get(f"{APPOINTMENTS}?o=2").context["cl"].result_list] == NAMES
    assert shown(panel.get(f"{APPOINTMENTS}?o=1"))[:16] == NAMES[:16]
    RollCall.objects.start("Priya")
    assert [visit[0].name for visit in panel.get("/admin/roll-call/").context["visits"]] == NAMES


@pytest.mark.django_db
def test_so_do_reception_screens(panel):
    for name in ("zweite Tür", "Åland", "Eingang", "Bar"):
        Kiosk.objects.create(name=name)

    assert shown(panel.get("/admin/kiosks/kiosk/")) == ["Åland", "Bar", "Eingang", "zweite Tür"]


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("özge", "Çelik Özge"),
        ("OZGE", "Çelik Özge"),
        ("celik", "Çelik Özge"),
        ("花子", "山田花子"),
        ("민준", "김민준"),
        ("lukasz NOW", "Łukasz Nowak"),
        ("vries anna", "de Vries, Anna"),
        ("o'brien", "O’Brien, Seán"),
        ("νικοσ", "Νίκος"),
        ("يوسف", "يوسف"),
    ],
)
def test_a_host_is_found_as_people_search_at_check_in_and_in_the_panel(client, panel, typed, name):
    assert shown(panel.get(HOSTS, {"q": typed})) == [name]
    assert list(listed(client.get("/", {"q": typed}))) == [name]


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    "typed", ["(98123) 45681", "98123 45681", "+91 98123-45681", "0091 98123 45681", "098123 45681", "45681", "9812345"]
)
def test_the_panel_finds_a_host_by_phone_in_any_format(panel, typed):
    make_host(name="Naomi Tanaka", phone="+919812345681")

    assert shown(panel.get(HOSTS, {"q": typed})) == ["Naomi Tanaka"]


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize("typed", ["partnerships nobody", "%", "_", "\\", "host99@"])
def test_the_panel_finds_no_host_by_what_none_has(panel, typed):
    assert shown(panel.get(HOSTS, {"q": typed})) == []


@pytest.mark.usefixtures("hosts")
def test_a_search_and_a_filter_go_together(panel):
    Host.objects.filter(name="Çelik Özge").update(presence="away")

    assert shown(panel.get(HOSTS, {"q": "o", "presence__exact": "away"})) == ["Çelik Özge"]


@pytest.mark.usefixtures("hosts")
def test_thousands_of_hosts_are_searched_at_once(panel, django_assert_max_num_queries):
    Host.objects.bulk_create(
        Host(name=f"Åsa Nörd{number}", email=f"nord{number}@x.example", phone="+919876543201", address="4th floor")
        for number in range(3000)
    )

    with django_assert_max_num_queries(12):
        page = panel.get(HOSTS, {"q": "nord asa"})

    assert page.context["cl"].result_count == 3000
