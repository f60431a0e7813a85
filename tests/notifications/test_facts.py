"""What may be said of a message: it was kept on this machine, it is late, its recipient counts as told."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from notifications import claims, tasks
from notifications.models import LATE_AFTER, Notification, Outcome, State
from notifications.outbox import send_again
from notifications.results import Accepted, Postponed, Refused
from tests.notifications.waiting import outcomes

EVERY_STATE = pytest.mark.parametrize("state", State)


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("console", "Written to the console. Nothing was sent."),
        ("filebased", "Written to a file. Nothing was sent."),
        ("dummy", "Thrown away. Nothing was sent."),
    ],
)
def test_an_email_without_a_mail_server_is_kept_and_never_said_to_be_sent(
    in_person, settings, tmp_path, backend, words
):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    email = in_person.notifications.get(audience="host", channel="email")

    tasks.deliver.call_local(email.pk)

    email.refresh_from_db()
    assert (email.state, email.why, email.sent_at, email.due_at) == (State.KEPT, words, None, None)
    assert outcomes(email) == [Outcome.KEPT]


def test_a_text_without_a_provider_is_kept(in_person, capsys):
    assert configured.TWILIO is None
    text = in_person.notifications.get(audience="host", channel="sms")

    tasks.deliver.call_local(text.pk)

    text.refresh_from_db()
    assert (text.state, text.why) == (State.KEPT, "Written to the console. Nothing was sent.")
    assert "+919876543201" in capsys.readouterr().out


def test_what_was_kept_goes_out_when_it_is_sent_again_with_a_provider(in_person, settings, mailbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    email = in_person.notifications.get(audience="host", channel="email")
    tasks.deliver.call_local(email.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send_again(Notification.objects.filter(pk=email.pk)).queued == 1
    tasks.deliver.call_local(email.pk)

    email.refresh_from_db()
    assert (email.state, email.why) == (State.SENT, "")


@EVERY_STATE
def test_only_what_a_provider_has_accepted_counts_as_told(in_person, state):
    in_person.notifications.update(state=state)

    told = state in {State.SENT, State.DELIVERED}
    assert in_person.notifications.accepted().exists() == told
    assert {each.was_accepted for each in in_person.notifications.all()} == {told}


def late(pk):
    """Whether it is late; the rows and the row itself must say the same."""
    [row] = {notification.is_late for notification in Notification.objects.filter(pk=pk)}
    assert Notification.objects.late().filter(pk=pk).exists() == row
    return row


@pytest.fixture
def email(in_person):
    return in_person.notifications.get(audience="host", channel="email")


def grow_old(notification, age):
    Notification.objects.filter(pk=notification.pk).update(created_at=timezone.now() - age)


@pytest.mark.parametrize("state", State)
def test_late_is_what_has_been_on_its_way_for_two_minutes(email, state):
    grow_old(email, LATE_AFTER)
    Notification.objects.filter(pk=email.pk).update(state=state)

    assert late(email.pk) == (state in {State.QUEUED, State.SENDING})


def test_what_is_younger_is_not_late(email):
    grow_old(email, LATE_AFTER - timedelta(seconds=5))

    assert not late(email.pk)


def test_it_is_late_with_the_providers_last_words_while_it_waits_for_the_next_attempt(email):
    grow_old(email, LATE_AFTER)
    held = claims.claim(email.pk)
    assert held is not None
    claims.settle(held, Postponed("The mail server answered 535: 5.7.8 Authentication failed", timedelta(minutes=9)))

    [waiting] = Notification.objects.late()
    assert waiting.why == "The mail server answered 535: 5.7.8 Authentication failed"
    assert late(email.pk)


def test_sending_again_starts_the_two_minutes_anew(email):
    grow_old(email, timedelta(hours=3))
    held = claims.claim(email.pk)
    assert held is not None
    claims.settle(held, Refused("No such mailbox"))
    send_again(Notification.objects.filter(pk=email.pk))

    assert not late(email.pk)
    Notification.objects.filter(pk=email.pk).update(sent_again_at=timezone.now() - LATE_AFTER)
    assert late(email.pk)


def test_what_nobody_waits_for_any_more_is_not_late(email):
    grow_old(email, LATE_AFTER)
    Notification.objects.filter(pk=email.pk).update(state=State.SENDING, withdrawn=True)

    assert not late(email.pk)


def test_the_one_that_has_waited_longest_comes_first(in_person):
    first, second, *_rest = in_person.notifications.order_by("pk")
    grow_old(second, timedelta(hours=1))
    grow_old(first, timedelta(minutes=5))

    assert list(Notification.objects.late()) == [second, first]
    held = claims.claim(first.pk)
    assert held is not None
    claims.settle(held, Accepted("id-1"))
    assert list(Notification.objects.late()) == [second]
