import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from notifications import claims
from notifications.diagnostics import latest_tests, send_test_message
from notifications.models import Audience, Notification, State
from notifications.outbox import Notice, cancel, record, send_again
from notifications.results import Refused
from tests.cast import make_appointment
from tests.notifications.notices import words


def arrival(**details):
    return Notice(
        **{
            "event": "tested",
            "audience": Audience.HOST,
            "channel": "email",
            "recipient": "anika@meridianhouse.example",
            "template": "host-arrival",
            "context": {},
            **details,
        }
    )


def test_recording_twice_keeps_the_first(host):
    record(host, [arrival(), arrival(channel="sms", recipient="+919876543201")])
    record(host, [arrival(recipient="someone.else@meridianhouse.example")])

    assert sorted(Notification.objects.about(host).values_list("recipient", flat=True)) == [
        "+919876543201",
        "anika@meridianhouse.example",
    ]


def test_cancelling_withdraws_only_these_events(host):
    record(host, [arrival(), arrival(event="kept")])

    cancel(Notification.objects.about(host).filter(event="tested"))

    assert dict(Notification.objects.about(host).values_list("event", "state")) == {
        "tested": State.CANCELLED,
        "kept": State.QUEUED,
    }


def test_cancelling_stops_what_waits_and_marks_what_is_being_sent(host, heard):
    record(host, [arrival(event=event) for event in ("waits", "is_sent", "is_sent_and_kept", "was_sent")])
    about = {notification.event: notification for notification in Notification.objects.about(host)}
    for event in ("is_sent", "is_sent_and_kept"):
        claims.claim(about[event].pk)
    Notification.objects.filter(pk=about["was_sent"].pk).update(state=State.SENT, due_at=None)
    heard.clear()

    cancel(Notification.objects.about(host).exclude(event="is_sent_and_kept"))

    rows = Notification.objects.about(host).values_list("event", "state", "withdrawn")
    assert {event: (state, withdrawn) for event, state, withdrawn in rows} == {
        "waits": (State.CANCELLED, False),
        "is_sent": (State.SENDING, True),
        "is_sent_and_kept": (State.SENDING, False),
        "was_sent": (State.SENT, True),
    }
    assert Notification.objects.get(pk=about["waits"].pk).due_at is None
    assert heard == [(about["waits"].pk, State.CANCELLED)]


@pytest.mark.django_db(transaction=True)
def test_what_a_new_visit_calls_for_is_queued_once_but_for_what_is_held_back(host, office):
    office(sms_regions="IN")

    messages = make_appointment(host).notifications

    assert messages.filter(state=State.WITHHELD).count() == 1
    queued = messages.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True)
    assert [task.args[0] for task in HUEY.pending()] == list(queued)
    assert len(queued) == 3


def test_what_is_sent_again_begins_anew(host):
    record(host, [arrival()])
    held = claims.claim(Notification.objects.about(host).get().pk)
    assert held is not None
    claims.settle(held, Refused("No such mailbox"))

    assert send_again(Notification.objects.about(host)).queued == 1

    again = Notification.objects.about(host).get()
    assert (again.state, again.attempts_this_round, again.reason, again.failed_at) == (State.QUEUED, 0, "", None)
    assert again.due_at is not None
    assert again.due_at <= timezone.now()


def test_what_is_recorded_or_sent_again_reaches_the_queue_after_commit(host, django_capture_on_commit_callbacks):
    for change in (lambda: record(host, [arrival()]), lambda: send_again(Notification.objects.about(host))):
        HUEY.storage.flush_all()
        with django_capture_on_commit_callbacks(execute=True):
            change()
            assert HUEY.pending() == []
        assert [task.args[0] for task in HUEY.pending()] == [Notification.objects.about(host).get().pk]
        Notification.objects.about(host).update(state=State.FAILED)


def test_a_test_message_says_for_whom_it_is_and_can_be_asked_for_again(host):
    for _time in range(2):
        send_test_message(host, "Anika Rao", {"email": "anika@meridianhouse.example", "sms": "+919876543201"})

    tests = Notification.objects.about(host)
    assert tests.count() == 4
    for test in tests:
        assert "est for Anika Rao" in words(test)
        assert f"{timezone.localtime(test.created_at):%H:%M}" in words(test)


def test_the_last_test_of_each_channel_is_what_counts(host):
    for address in ("old@meridianhouse.example", "new@meridianhouse.example"):
        send_test_message(host, "Anika Rao", {"sms": "+919876543201", "email": address, "postcard": ""})
    record(host, [arrival()])

    assert [(test.channel, test.recipient) for test in latest_tests(host)] == [
        ("email", "new@meridianhouse.example"),
        ("sms", "+919876543201"),
    ]
