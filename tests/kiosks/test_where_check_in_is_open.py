"""With CHECK_IN=screens, visitors check in on reception screens, and on phones that have scanned the present poster."""

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appointments.choices import Role
from appointments.models import Appointment
from entrymgmt.asgi import application
from kiosks.cookie import NAME as SCREEN
from kiosks.models import Kiosk, Poster
from kiosks.poster import NAME as POSTER
from kiosks.poster import address_of
from tests.appointments.test_checkin import typed


def code() -> str:
    """The path in the QR code of the present poster."""
    return address_of(Poster.current()).removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def phone(at_screens, db) -> Client:
    """A visitor's phone that has scanned the poster."""
    phone = Client()
    phone.get(code())
    return phone


def test_a_strangers_device_reads_where_to_check_in(at_screens, client, host):
    response = client.get("/")

    assert response.status_code == 403
    assert "Scan the code on the poster at reception" in response.content.decode()
    assert "Host panel" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("checks_csrf", [True, False])
def test_a_strangers_check_in_is_refused_without_a_query(at_screens, host, checks_csrf):
    client = Client(enforce_csrf_checks=checks_csrf)

    with CaptureQueriesContext(connection) as queries:
        response = client.post("/", typed(host))

    assert response.status_code == 403
    assert "Anika Rao" not in response.content.decode()
    assert [query for query in queries if "offices_office" not in query["sql"]] == []
    assert not Appointment.objects.exists()


def test_a_stranger_gets_no_list_of_hosts(at_screens, client, host):
    response = client.get("/hosts/")

    assert response.status_code == 403
    assert "Anika Rao" not in response.content.decode()


def test_links_of_visitors_and_hosts_work_as_before(at_screens, client, in_person):
    for role in Role:
        assert client.get(in_person.path(role)).status_code == 200


def test_everywhere_is_where_it_is_open_unless_the_setting_says_otherwise(client, host):
    assert client.get("/").status_code == 200
    assert client.get("/hosts/").status_code == 200


def test_visitors_check_in_on_a_reception_screen(at_screens, front_desk, host):
    assert front_desk.get("/").status_code == 200
    assert front_desk.get("/hosts/").status_code == 200
    assert front_desk.post("/", typed(host)).status_code == 302


def test_a_deleted_screen_is_a_strangers_device(at_screens, front_desk, host):
    Kiosk.objects.all().delete()

    assert front_desk.get("/").status_code == 403


def test_a_phone_that_scans_the_poster_checks_in(phone, host):
    assert phone.get("/").status_code == 200
    assert phone.get("/hosts/").status_code == 200
    assert phone.post("/", typed(host)).status_code == 302


def test_scanning_leaves_no_code_in_the_address_bar_and_none_for_scripts(at_screens, client, db):
    response = client.get(code())

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.cookies[POSTER]["httponly"]
    assert response.cookies[POSTER]["samesite"] == "Lax"


def test_a_scan_counts_for_half_a_day(phone, host, it_is_later):
    it_is_later(timedelta(hours=11))
    assert phone.get("/").status_code == 200
    it_is_later(timedelta(hours=2))
    assert phone.get("/").status_code == 403


def test_renewing_makes_earlier_posters_and_those_who_scanned_them_useless_at_once(phone, panel, host):
    earlier = code()

    panel.post("/admin/poster/renew/")

    assert phone.get("/").status_code == 403
    response = phone.get(earlier)
    assert response.status_code == 403
    assert "This code is out of date" in response.content.decode()
    phone.get(code())
    assert phone.get("/").status_code == 200


@pytest.mark.parametrize("forged", ["x", "x.y", f"{'A' * 8}.{'A' * 43}", "%2e%2e", "ü"])
def test_a_forged_code_opens_nothing(at_screens, client, db, forged):
    response = client.get(f"/p/{forged}/")

    assert response.status_code == 403
    assert POSTER not in client.cookies


def test_a_forged_cookie_opens_nothing(at_screens, client, db):
    client.cookies[POSTER] = address_of(Poster.current()).rstrip("/").rpartition("/")[2]

    assert client.get("/").status_code == 403


def test_an_old_poster_still_leads_to_check_in_where_it_is_open_everywhere(client, host):
    earlier = code()
    Poster.current().renew()

    assert client.get(earlier).headers["Location"] == "/"


def test_the_manager_is_asked_before_the_code_is_renewed(panel, manager):
    before = code()

    page = panel.get("/admin/poster/renew/").content.decode()

    assert "become useless at once" in page
    assert code() == before
    assert panel.post("/admin/poster/renew/").headers["Location"] == "/admin/poster/"
    assert code() != before
    assert LogEntry.objects.get().user == manager


def test_only_managers_renew_it(client, db, django_user_model):
    client.force_login(django_user_model.objects.create_user("sam", is_staff=True))
    before = code()

    assert client.post("/admin/poster/renew/").status_code == 403
    assert code() == before


def test_the_poster_prints_the_date_of_its_code(panel, at_screens, settings):
    settings.SITE_URL = "https://visit.meridianhouse.example"
    panel.post("/admin/poster/renew/")
    Poster.objects.update(renewed_at=datetime(2026, 11, 24, 6, tzinfo=UTC))

    page = panel.get("/admin/poster/").content.decode()

    assert "Tuesday 24 November 2026</time>" in page
    assert "The code was renewed on Tuesday 24 November 2026, 11:30." in page
    assert "https://visit.meridianhouse.example/<" not in page


def test_set_up_says_where_check_in_is_open(panel, settings):
    assert "open everywhere" in panel.get("/admin/setup/").content.decode()
    settings.CHECK_IN = "screens"
    assert "CHECK_IN=screens" in panel.get("/admin/setup/").content.decode()


async def socket_opens(cookies: dict[str, str]) -> bool:
    """Whether the socket of the check-in page opens for a browser with these cookies."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"origin", b"http://localhost"), (b"cookie", header.encode())]
    wire = WebsocketCommunicator(application, "/ws/checkin/", headers)
    connected, _ = await wire.connect(timeout=5)
    await wire.disconnect()
    return bool(connected)


def values(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.mark.django_db(transaction=True)
async def test_the_socket_opens_to_nobody_else_either(settings, front_desk, host):
    settings.CHECK_IN = "screens"
    screen, phone = values(front_desk), {}

    client = Client()
    await sync_to_async(lambda: client.get(code()))()
    phone = values(client)

    assert SCREEN in screen
    assert await socket_opens(screen)
    assert POSTER in phone
    assert await socket_opens(phone)
    assert not await socket_opens({})
    assert not await socket_opens({SCREEN: "1:", POSTER: "x.y"})
