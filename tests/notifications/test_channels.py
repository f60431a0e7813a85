"""A channel is one folder with a class, and one row of the settings; no message is lost when it fails."""

import pytest

from appointments.choices import Role
from notifications import tasks
from notifications.models import Audience, Notification, State
from notifications.outbox import Notice, record
from tests.cast import make_appointment
from tests.notifications import toy


@pytest.fixture
def postcards(settings):
    """The toy channel, as an additional row of the settings."""
    settings.NOTIFICATION_CHANNELS = [*settings.NOTIFICATION_CHANNELS, "tests.notifications.toy.Postcards"]
    toy.postbox.clear()


@pytest.fixture
def post(host, postcards):
    """Sends a postcard through the outbox and returns its notification."""

    def send(recipient, channel="postcard"):
        record(host, [Notice("greeted", Audience.HOST, channel, recipient, "postcard", {})])
        notification = Notification.objects.about(host).get()
        tasks.deliver.call_local(notification.pk)
        notification.refresh_from_db()
        return notification

    return send


def test_a_channel_added_to_the_settings_delivers(post):
    sent = post("Anika Rao")

    assert (sent.state, sent.provider_id) == (State.SENT, "postcard-1")
    assert toy.postbox == ["Greetings to Anika Rao"]


def test_what_it_refuses_has_failed_with_its_reason(post):
    assert (post("nobody").state, post("nobody").reason) == (State.FAILED, "There is no such person")


def test_a_message_of_a_missing_or_failing_channel_is_retried(post):
    waiting = post("Anika Rao", channel="fax")

    assert (waiting.state, waiting.reason) == (State.QUEUED, "A fault on our side: KeyError('fax')")


def test_a_message_of_a_channel_that_is_gone_is_still_a_record(post, panel):
    record = post("Anika Rao", channel="fax")

    assert panel.get(f"/admin/notifications/notification/{record.pk}/change/").status_code == 200


def test_hosts_are_told_over_every_channel_that_reaches_them(postcards, host):
    appointment = make_appointment(host)

    told = appointment.notifications.filter(channel="postcard").values_list("event", "audience", "recipient")
    assert list(told) == [("started", "host", host.address)]


def test_whom_a_channel_does_not_reach_gets_nothing_recorded(host):
    appointment = make_appointment(host, visitor_phone="")

    assert not appointment.notifications.filter(audience="visitor", channel="sms").exists()


def test_the_visitors_page_says_its_sentence(postcards, host, client):
    appointment = make_appointment(host)

    assert "Writing a postcard" in client.get(appointment.path(Role.VISITOR)).content.decode()


def test_set_up_says_how_it_stands_and_has_a_box_for_its_address(postcards, panel):
    page = panel.get("/admin/setup/").content.decode()

    assert "no stamps" in page
    assert "Buy stamps." in page
    assert "Your street and town" in page


def test_set_up_sends_its_test_message(postcards, panel, manager):
    panel.post("/admin/setup/", {"email": "", "sms": "", "postcard": "12 Residency Road"})

    [test] = Notification.objects.about(manager)
    tasks.deliver.call_local(test.pk)
    assert toy.postbox == ["Greetings to 12 Residency Road"]


def test_a_hosts_test_goes_over_it_too(postcards, panel, host):
    panel.post(f"/admin/hosts/host/{host.pk}/test/")

    assert Notification.objects.about(host).get(channel="postcard").recipient == host.address
