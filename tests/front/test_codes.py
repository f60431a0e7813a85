"""The poster, and the codes that phones scan: what they lead to, and where none is shown."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from appointments.choices import Role
from tests.appointments.test_checkin import typed

pytestmark = pytest.mark.once


def test_the_poster_prints_a_code_that_opens_check_in(panel, settings):
    settings.SITE_URL = "https://visit.meridianhouse.example"

    response = panel.get("/admin/poster/")

    path = response.context["address"].removeprefix(settings.SITE_URL)
    assert Client().get(path).headers["Location"] == "/"
    assert "https://visit.meridianhouse.example/<" in response.content.decode()
    assert 'role="img"' in response.content.decode()
    assert "Wi-Fi" not in response.content.decode()


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "http://localhost:8000", "http://desk", "http://desk.local"])
def test_no_poster_is_printed_for_a_site_that_no_phone_can_open(panel, settings, site):
    settings.SITE_URL = site

    page = panel.get("/admin/poster/").content.decode()

    assert 'role="img"' not in page
    assert "data-print" not in page
    assert f"{site}/</bdi>, which no visitor’s phone can open" in page
    assert "sets SITE_URL to an address that phones reach" in page


def test_the_poster_of_a_site_on_the_offices_network_says_that_phones_must_be_on_it(panel, settings):
    settings.SITE_URL = "http://192.168.1.20"

    page = panel.get("/admin/poster/").content.decode()

    assert 'role="img"' in page
    assert "http://192.168.1.20/ only on the office’s own network" in page


def test_the_poster_is_for_the_office_manager(client, db):
    assert client.get("/admin/poster/").status_code == 302


@pytest.fixture
def reachable(settings) -> None:
    """A site that phones can open."""
    settings.SITE_URL = "https://visit.meridianhouse.example"


def show(page: Page, html: str) -> None:
    """Show this page of the test process in the browser."""
    page.route("**/shown/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/shown/")


@pytest.mark.parametrize(
    ("width", "height", "visible"), [(1180, 820, True), (1440, 900, True), (390, 844, False), (844, 390, False)]
)
def test_a_code_is_offered_on_large_screens_alone(page, server, client, in_person, reachable, width, height, visible):
    page.set_viewport_size({"width": width, "height": height})

    show(page, client.get(in_person.path(Role.VISITOR)).content.decode())

    expect(page.get_by_role("img", name="QR code for this page")).to_be_visible(visible=visible)
    expect(page.get_by_text("Scan the code with your phone’s camera")).to_be_visible(visible=visible)


def test_a_reception_screen_offers_it_whatever_its_size(page, server, front_desk, host, reachable):
    page.set_viewport_size({"width": 390, "height": 844})
    link = front_desk.post("/", typed(host)).headers["Location"]

    show(page, front_desk.get(link).content.decode())

    expect(page.get_by_role("img", name="QR code for this page")).to_be_visible()
    assert front_desk.get(link).content.decode().count("QR code for this page") == 2


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "http://reception", "http://desk.local:8000"])
def test_no_page_offers_a_code_that_no_phone_can_open(front_desk, host, settings, site):
    settings.SITE_URL = site
    link = front_desk.post("/", typed(host)).headers["Location"]

    page = front_desk.get(link).content.decode()

    assert "QR code for this page" not in page
    assert "Scan the code" not in page
