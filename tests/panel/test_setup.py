"""The set-up page."""

import pytest
from playwright.sync_api import expect

from notifications.models import Notification


def state(client) -> dict[str, bool]:
    """What the page says is done."""
    return {item.name: item.done for item in client.get("/admin/setup/").context["items"]}


def test_says_what_is_configured_and_what_is_not(panel, settings):
    settings.TIME_ZONE = "UTC"

    found = state(panel)

    assert (found["Organisation"], found["Time zone"], found["Hosts"]) == (True, False, False)


def test_says_when_the_worker_does_not_run(panel, in_person):
    Notification.objects.update(due_at="2020-01-01T00:00Z")

    assert state(panel)["Worker"] is False


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Enter an email address or a phone number"),
        ({"phone": "12 rue"}, "Enter a phone number with its country code"),
        ({"email": "maria"}, "Enter a valid email address"),
    ],
)
def test_a_wrong_address_gets_a_sentence(panel, typed, sentence):
    page = panel.post("/admin/setup/", {"email": "", "phone": "", **typed}).content.decode()

    assert sentence in page
    assert not Notification.objects.exists()


def test_reception_does_not_set_up(desk):
    assert desk.get("/admin/setup/").status_code == 403
    assert desk.post("/admin/setup/site/").status_code == 403


def test_a_new_installation_is_shown_the_way(panel):
    assert "See what there is to set up" in panel.get("/admin/").content.decode()


def test_test_messages_and_the_sites_address(signed_in, mailbox, twilio):
    signed_in.goto("/admin/setup/")
    signed_in.get_by_label("Your email").fill("maria@meridianhouse.example")
    signed_in.get_by_label("Your mobile phone").fill("098765 43299")
    signed_in.get_by_role("button", name="Send a test message").click()

    mailbox.wait(to="maria@meridianhouse.example", subject="Test message")
    twilio.wait(to="+919876543299")
    signed_in.get_by_role("button", name="Test the site’s address").click()
    expect(signed_in.get_by_text("answers: 200")).to_be_visible()
