"""Every error has a page in the product's voice."""

import pytest
from django.db import DatabaseError, OperationalError
from django.template.loader import render_to_string
from django.test import Client

from tests.appointments.test_checkin import typed


@pytest.fixture
def visitor() -> Client:
    """A browser that shows what visitors see when something fails."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_an_unknown_page_leads_to_check_in(visitor, db):
    response = visitor.get("/nowhere")

    assert response.status_code == 404
    assert b"There is no page here" in response.content
    assert b'href="/"' in response.content


def test_check_in_from_a_stale_page_keeps_what_was_typed_and_works_at_the_next_press(visitor, host):
    response = visitor.post("/", typed(host, name="Chen Wei"))
    assert response.status_code == 403
    assert b"Press the button once more" in response.content
    assert b'value="Chen Wei"' in response.content

    token = str(response.context["csrf_token"])
    again = visitor.post("/", {**typed(host), "csrfmiddlewaretoken": token})

    assert again.headers["Location"].startswith("/v/")


def test_any_other_stale_form_says_that_nothing_was_sent(visitor, db):
    response = visitor.post("/admin/login/", {"username": "maria"})

    assert response.status_code == 403
    assert b"Nothing was sent." in response.content


@pytest.mark.parametrize(
    ("failure", "status", "heading"),
    [(DatabaseError, 500, "Something went wrong here"), (OperationalError, 503, "Back in a moment")],
)
def test_an_error_of_ours_has_a_page_that_needs_no_database(visitor, monkeypatch, failure, status, heading):
    def fail(*args: object) -> None:
        raise failure

    monkeypatch.setattr("appointments.views.directory", fail)

    response = visitor.get("/")

    assert response.status_code == status
    assert heading in response.content.decode()
    assert "Meridian House" in response.content.decode()
    assert "tel:+918055500100" in response.content.decode()


@pytest.mark.parametrize("page", ["400", "403", "404", "500", "503"])
def test_every_error_page_can_be_drawn_without_a_request(page):
    assert "<h1>" in render_to_string(f"{page}.html")
