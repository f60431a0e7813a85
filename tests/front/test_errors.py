"""Every error has a page of the product."""

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.template.loader import render_to_string
from django.test import Client

from offices.current import current_office
from tests.appointments.test_checkin import typed


@pytest.fixture
def visitor() -> Client:
    """A test client that returns error pages instead of raising exceptions."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_an_unknown_page_leads_to_check_in(visitor, db):
    response = visitor.get("/nowhere")

    assert response.status_code == 404
    assert b"There is no page here" in response.content
    assert b'href="/"' in response.content


def test_check_in_from_a_stale_page_keeps_what_was_typed_and_works_at_the_next_press(visitor, host):
    visitor.cookies[settings.CSRF_COOKIE_NAME] = "A" * 32
    response = visitor.post("/", typed(host, name="Chen Wei"))
    assert response.status_code == 403
    assert b"Press the button once more" in response.content
    assert b'value="Chen Wei"' in response.content

    token = str(response.context["csrf_token"])
    again = visitor.post("/", {**typed(host), "csrfmiddlewaretoken": token})

    assert again.headers["Location"].startswith("/v/")


@pytest.mark.parametrize(
    ("headers", "cookies", "status"),
    [
        ({}, {}, 302),
        ({"Origin": "http://testserver"}, {}, 302),
        ({"Origin": "https://evil.example"}, {}, 403),
        ({"Origin": "null"}, {}, 403),
        # What a cookie says counts, so a page of another site may not send it.
        ({}, {"entry_session": "x"}, 403),
        ({}, {settings.CSRF_COOKIE_NAME: "A" * 32}, 403),
    ],
)
def test_a_check_in_without_any_cookie_is_taken_from_our_own_page_alone(visitor, host, headers, cookies, status):
    visitor.cookies.load(cookies)

    assert visitor.post("/", typed(host), headers=headers).status_code == status


def test_any_other_stale_form_says_that_nothing_was_sent(visitor, db):
    response = visitor.post("/admin/login/", {"username": "maria"})

    assert response.status_code == 403
    assert b"Nothing was sent." in response.content


UNREADABLE = [
    ("application/x-www-form-urlencoded; charset=latin-1", b"name=x"),
    ("multipart/form-data; boundary=", b"name=x"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(1001))),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000),
]


@pytest.mark.parametrize(("kind", "body"), UNREADABLE, ids=["charset", "boundary", "fields", "size"])
@pytest.mark.parametrize(
    ("path", "statuses"), [("/", {400, 413}), ("/nowhere", {404, 400, 413}), ("/admin/login/", {400, 413})]
)
def test_a_form_that_cannot_be_read_is_refused(visitor, db, path, statuses, kind, body):
    visitor.cookies[settings.CSRF_COOKIE_NAME] = "A" * 32

    response = visitor.generic("POST", path, body, kind)

    assert response.status_code in statuses


@pytest.mark.parametrize(
    ("failure", "status", "heading"),
    [(DatabaseError, 500, "Something went wrong here"), (OperationalError, 503, "Back in a moment")],
)
def test_an_error_of_ours_has_a_page_that_needs_no_database(
    visitor, db, django_db_blocker, monkeypatch, failure, status, heading
):
    def fail(*args: object) -> None:
        raise failure

    monkeypatch.setattr("appointments.checkin.page.directory", fail)
    # An earlier request has read the office.
    monkeypatch.setattr("offices.current.REFRESH_SECONDS", 3600)
    current_office()

    with django_db_blocker.block():
        response = visitor.get("/")

    assert response.status_code == status
    assert heading in response.content.decode()
    assert "Meridian House" in response.content.decode()
    assert "tel:+918055500100" in response.content.decode()


@pytest.mark.parametrize("page", ["400", "403", "404", "500", "503"])
def test_every_error_page_can_be_drawn_without_a_request(page):
    assert "<h1>" in render_to_string(f"{page}.html")
