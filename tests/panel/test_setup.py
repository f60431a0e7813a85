"""The set-up page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import claims
from notifications.models import Notification, Worker
from notifications.results import Postponed


def state(client) -> dict[str, bool]:
    """The state of each item on the page."""
    return {item.name: item.done for item in client.get("/admin/setup/").context["items"]}


def worker(client):
    """The item about the worker."""
    [item] = [item for item in client.get("/admin/setup/").context["items"] if item.name == "Worker"]
    return item


def test_says_what_is_configured_and_what_is_not(panel, office):
    office(time_zone="UTC")

    found = state(panel)

    assert (found["Organisation"], found["Time zone"], found["Hosts"]) == (True, False, False)


def test_a_new_installation_has_its_name_and_its_place_still_to_give(panel, settings, office):
    settings.OFFICE_FIXED = {}
    office()

    found = state(panel)

    assert [found[name] for name in ("Organisation", "Time zone", "Reception’s phone")] == [False, False, False]


def test_what_is_to_do_about_the_office_leads_to_its_form(panel, office):
    office(name="Our office")

    [item] = [item for item in panel.get("/admin/setup/").context["items"] if item.name == "Organisation"]

    assert (item.done, item.link) == (False, "/admin/offices/office/")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("silent", "runs", "words"),
    [
        (0, True, "1 process runs"),
        (20, True, "1 process runs"),
        (31, False, "not running"),
        (3600, False, "not running"),
    ],
)
def test_a_worker_runs_only_while_it_says_so(panel, silent, runs, words):
    Worker.objects.create(id="one", seen_at=timezone.now() - timedelta(seconds=silent))

    assert (worker(panel).done, worker(panel).text) == (runs, words)


@pytest.mark.usefixtures("alone")
def test_without_a_worker_nothing_is_done_though_nothing_waits(panel):
    assert (worker(panel).done, worker(panel).fix) == (
        False,
        "Start the worker process: messages wait until one runs.",
    )


@pytest.mark.usefixtures("alone")
def test_a_worker_that_runs_and_takes_nothing_is_to_be_restarted(panel, in_person):
    Worker.objects.create(id="one", seen_at=timezone.now())
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=3))

    assert (worker(panel).done, worker(panel).text) == (False, "1 process runs; 4 messages wait unsent")
    assert "Restart" in worker(panel).fix


def test_a_provider_that_takes_nothing_is_not_done_and_is_heard(panel, in_person):
    [email, _other] = in_person.notifications.filter(channel="email")
    held = claims.claim(email.pk)
    assert held is not None
    claims.settle(held, Postponed("The mail server answered 535: 5.7.8 Bad credentials"))
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=3))

    [item] = [item for item in panel.get("/admin/setup/").context["items"] if item.name == "Email"]

    assert (item.done, item.text) == (False, "The mail server answered 535: 5.7.8 Bad credentials")


@pytest.mark.parametrize(("backend", "done"), [("smtp", True), ("console", False)])
def test_says_whether_there_is_a_mail_server(panel, settings, backend, done):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.meridianhouse.example", 587

    [item] = [item for item in panel.get("/admin/setup/").context["items"] if item.name == "Email"]

    assert item.done is done
    assert ("mail.meridianhouse.example:587" in str(item.text)) is done


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Enter an email address or a phone number"),
        ({"sms": "12 rue"}, "Enter a phone number with its country code"),
        ({"email": "maria"}, "Enter a valid email address"),
    ],
)
def test_a_wrong_address_gets_a_sentence(panel, typed, sentence):
    page = panel.post("/admin/setup/", {"email": "", "sms": "", **typed}).content.decode()

    assert sentence in page
    assert not Notification.objects.exists()


def test_reception_does_not_set_up(desk):
    assert desk.get("/admin/setup/").status_code == 403
    assert desk.post("/admin/setup/site/").status_code == 403


def test_a_new_installation_is_linked_to_set_up(panel):
    assert "See what there is to set up" in panel.get("/admin/").content.decode()


def test_test_messages_and_the_sites_address(signed_in, mailbox, twilio):
    signed_in.goto("/admin/setup/")
    signed_in.get_by_label("Your email").fill("maria@meridianhouse.example")
    signed_in.get_by_label("Your mobile phone").fill("098765 43299")
    signed_in.get_by_role("button", name="Send a test message").click()

    mailbox.wait(to="maria@meridianhouse.example", subject="Test message")
    twilio.wait(to="+919876543299")
    signed_in.get_by_role("button", name="Test the site’s address").click()
    expect(signed_in.get_by_text("The address works from this machine.")).to_be_visible()
