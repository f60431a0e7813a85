"""A channel is one folder with a class of two methods; whatever it does, nothing is lost."""

import pytest

from notifications import outbox, tasks
from notifications.models import Audience, Notification, State
from notifications.outbox import Notice
from tests.notifications import toy


@pytest.fixture
def post(host, settings):
    """Sends a postcard through the outbox and returns what became of it."""
    settings.NOTIFICATION_CHANNELS |= {"post": "tests.notifications.toy.Postcards"}
    toy.postbox.clear()

    def send(recipient, channel="post"):
        outbox.record(host, [Notice("greeted", Audience.HOST, channel, recipient, "postcard", {})])
        notification = Notification.objects.about(host).get()
        tasks.deliver.call_local(notification.pk)
        notification.refresh_from_db()
        return notification

    return send


def test_a_channel_added_to_the_settings_delivers(post):
    sent = post("Anika Rao")

    assert (sent.state, sent.provider_id) == (State.SENT, "postcard-1")
    assert toy.postbox == [sent.rendered()] == ["Greetings to Anika Rao"]


def test_what_it_refuses_has_failed_with_its_reason(post):
    assert (post("nobody").state, post("nobody").reason) == (State.FAILED, "There is no such person")


def test_a_channel_that_is_gone_or_broken_is_tried_again(post):
    waiting = post("Anika Rao", channel="fax")

    assert (waiting.state, waiting.reason) == (State.QUEUED, "A fault on our side: KeyError('fax')")
