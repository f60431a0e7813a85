from notifications.models import Audience, Notification, State
from notifications.outbox import Notice, cancel, record


def arrival(**details):
    return Notice(
        **{
            "event": "tested",
            "audience": Audience.HOST,
            "channel": "email",
            "recipient": "anika@meridianhouse.example",
            "template": "host-arrival",
            "facts": {},
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

    cancel(host, ["tested"])

    assert dict(Notification.objects.about(host).values_list("event", "state")) == {
        "tested": State.CANCELLED,
        "kept": State.QUEUED,
    }
