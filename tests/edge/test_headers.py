"""Every response has the same headers, and no browser keeps what a person has typed."""

import runpy
import secrets

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client

from core.cookies import read_signed_cookie
from kiosks.models import Kiosk
from tests.appointments.test_checkin import typed
from tests.panel.conftest import panel  # noqa: F401
from tests.services.product import ROOT

# What each response has, and what must be in it.
EVERYWHERE = {
    "Content-Security-Policy": "default-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), ",
    "Referrer-Policy": "",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PATHS = {
    "/": 200,
    "/hosts/": 200,
    "/healthz": 200,
    "/nowhere/": 404,
    "/v/7Kq2Vd9xTf7Kq2Vd9xTf7K/": 404,
    "/webhooks/twilio/status/": 405,
    "/static/entry/entry.css": 200,
    "/static/entry/icon.svg": 200,
    "/admin/": 200,
    "/admin": 301,
    "/admin/setup/": 200,
    "/admin/users/": 404,
    "/admin/auth/user/": 403,
    "/admin/hosts/host/?host_token=1": 400,
    "/admin/poster/": 200,
    "/admin/jsi18n/": 200,
    "/admin/roll-call/worker.js": 200,
}


def lacking(response) -> dict[str, str | None]:
    """The headers that the response has not, or not as it should."""
    headers = response.headers
    return {name: headers.get(name) for name, value in EVERYWHERE.items() if value not in headers.get(name, "\0")}


@pytest.fixture
def colleague(panel):  # noqa: F811
    """A browser in which the office manager is logged in, and which gets errors as pages."""
    panel.raise_request_exception = False
    return panel


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), PATHS.items())
def test_every_response_has_the_same_headers(colleague, path, status):
    response = colleague.get(path)
    response.getvalue()

    assert response.status_code == status
    assert lacking(response) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("redirected", [False, True])
def test_also_when_the_host_is_wrong(colleague, settings, redirected):
    # With https, the request is refused before any page is looked for.
    settings.SECURE_SSL_REDIRECT = redirected

    response = Client(headers={"host": "evil.example"}).get("/")

    assert response.status_code == 400
    assert lacking(response) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "status"), [(ZeroDivisionError, 500), (OperationalError, 503)])
def test_also_when_something_is_broken(colleague, monkeypatch, fault, status):
    def broken():
        raise fault

    monkeypatch.setattr("appointments.checkin.page.directory", broken)

    response = colleague.get("/")

    assert response.status_code == status
    assert lacking(response) == {}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/nowhere/", "/admin/", "/admin/setup/", "/admin/poster/", "/admin/hosts/host/"])
def test_no_page_is_kept(colleague, path):
    assert "no-store" in colleague.get(path).headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/admin/login/", "/admin/setup/", "/admin/hosts/host/add/", "/healthz"]
)
def test_no_answer_to_a_form_is_kept(colleague, path, host):
    assert "no-store" in colleague.post(path, typed(host, name="")).headers["Cache-Control"]


@pytest.mark.django_db
def test_a_check_in_that_is_refused_is_not_kept(host):
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["entry_csrf"] = "A" * 32

    answer = visitor.post("/", typed(host))

    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
    assert str(typed(host)["name"]) in answer.content.decode()


@pytest.mark.django_db
def test_files_and_the_list_of_hosts_may_be_kept(colleague):
    file = colleague.get("/static/entry/entry.css")
    assert file.getvalue()
    assert "max-age" in file.headers["Cache-Control"]
    hosts = colleague.get("/hosts/")
    assert "no-store" not in hosts.headers.get("Cache-Control", "")
    assert colleague.get("/hosts/", headers={"if-none-match": hosts.headers["ETag"]}).status_code == 304


@pytest.mark.once
@pytest.mark.parametrize(("url", "prefix"), [("https://visit.example.com", "__Host-"), ("http://127.0.0.1:8000", "")])
def test_over_https_cookies_belong_to_this_host_alone(monkeypatch, url, prefix):
    monkeypatch.setenv("SITE_URL", url)

    read = runpy.run_path(str(ROOT / "entrymgmt" / "settings.py"))

    assert read["SESSION_COOKIE_NAME"] == f"{prefix}entry_session"
    assert read["CSRF_COOKIE_NAME"] == f"{prefix}entry_csrf"
    for name in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert f"{name}_DOMAIN" not in read
        assert f"{name}_PATH" not in read
        assert read.get(f"{name}_SECURE", False) == bool(prefix)


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "prefix"), [("https://visit.example.com", "__Host-"), ("http://127.0.0.1:8000", "")])
def test_so_does_that_of_a_reception_screen(colleague, settings, url, prefix):
    settings.SITE_URL = url

    cookie = colleague.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"}).cookies[f"{prefix}entry_screen"]

    assert bool(cookie["secure"]) == bool(prefix)
    assert (cookie["path"], cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("/", "", True, "Lax")
    assert b"entry/kiosk.js" in colleague.get("/").content


@pytest.mark.django_db
def test_a_screen_of_a_site_that_gets_https_stays_one(colleague, settings):
    colleague.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    settings.SITE_URL = "https://visit.example.com"

    response = colleague.get("/")

    assert b"entry/kiosk.js" in response.content
    assert "__Host-entry_screen" in response.cookies


@pytest.mark.django_db
def test_a_cookie_that_somebody_else_has_made_counts_for_nothing(colleague, settings, rf):
    screen = Kiosk.objects.create(name="Front desk")
    request = rf.get("/")
    request.COOKIES = {"entry_screen": f"{screen.pk}:", "__Host-entry_screen": f"{screen.pk}:::{secrets.token_hex()}"}

    assert read_signed_cookie(request, "entry_screen", 60) == ""


@pytest.mark.django_db
def test_no_script_reads_a_cookie(colleague, host):
    visitor = Client()
    visitor.get("/")

    assert visitor.cookies[django_settings.CSRF_COOKIE_NAME]["httponly"]


@pytest.mark.django_db
def test_what_the_panel_says_travels_in_no_cookie(colleague, host):
    answer = colleague.post("/admin/hosts/host/", {"action": "hide", "_selected_action": [host.pk]})

    assert answer.status_code == 302
    assert "messages" not in answer.cookies
    assert "1 host changed." in colleague.get("/admin/hosts/host/").content.decode()


@pytest.mark.once
def test_the_browser_understands_every_header(server, page, host):
    said = []
    page.on("console", lambda message: said.append(message.text))

    answer = page.goto("/")

    assert answer is not None
    assert "geolocation=()" in answer.headers["permissions-policy"]
    assert page.evaluate("document.featurePolicy ? document.featurePolicy.allowsFeature('camera') : false") is False
    assert not [text for text in said if "olicy" in text]
