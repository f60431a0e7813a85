"""The connection to the mail server, which is kept between messages and may be gone when the next one comes."""

import time
from datetime import timedelta

import pytest

from notifications import claims
from notifications.email import connection
from notifications.models import Notification
from notifications.results import Accepted, Postponed

HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"


def to(recipient):
    return Notification.objects.get(channel="email", recipient=recipient)


@pytest.fixture
def kept(email, mailbox, in_person):
    """The channel, with a connection over which a message has gone out."""
    assert isinstance(email.send(to(HOST)), Accepted)
    return email


def test_carries_one_message_after_another(kept, mailbox):
    kept.send(to(VISITOR))

    assert len(mailbox.wait(count=2)) == 2
    assert len(mailbox.connections) == 1


def test_is_a_new_one_after_a_time_in_which_the_server_may_have_hung_up(kept, mailbox, monkeypatch):
    later = time.monotonic() + connection.MAX_IDLE_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)

    kept.send(to(VISITOR))

    mailbox.wait(count=2)
    assert len(mailbox.connections) == 2


def test_is_a_new_one_after_a_failure(kept, mailbox):
    mailbox.refuse(HOST)
    kept.send(to(HOST))

    assert isinstance(kept.send(to(VISITOR)), Accepted)

    assert len(mailbox.connections) == 2


def test_to_a_server_that_comes_back_is_made_anew(kept, mailbox):
    mailbox.stop()
    assert isinstance(kept.send(to(HOST)), Postponed)
    mailbox.start()

    assert isinstance(kept.send(to(HOST)), Accepted)


@pytest.mark.parametrize(
    "happens",
    [
        lambda mailbox: mailbox.hang_up(),
        lambda mailbox: mailbox.restart(),
        lambda mailbox: mailbox.hang_up_at("MAIL"),
        lambda mailbox: mailbox.take_at_most(1),
        lambda mailbox: mailbox.refuse_next_recipient("421 4.3.2 Shutting down"),
    ],
    ids=["idle for too long", "restarted", "closed at once", "one message each", "closing"],
)
def test_found_closed_before_the_message_was_handed_over_is_opened_anew(kept, mailbox, happens):
    happens(mailbox)

    assert isinstance(kept.send(to(VISITOR)), Accepted)

    assert len(mailbox.wait(VISITOR)) == 1
    assert len(mailbox.connections) == 2


def test_that_is_encrypted_is_opened_anew_too(email, mailbox, in_person, settings, certificate, monkeypatch):
    settings.EMAIL_USE_TLS = True
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    mailbox.restart(tls_context=certificate.context, require_starttls=True)
    assert isinstance(email.send(to(HOST)), Accepted)

    mailbox.hang_up()

    assert isinstance(email.send(to(VISITOR)), Accepted)
    assert len(mailbox.connections) == 2


def test_closed_after_the_message_was_handed_over_sends_it_no_second_time(kept, mailbox):
    mailbox.hang_up_at("DATA")

    assert isinstance(kept.send(to(VISITOR)), Postponed)

    assert len(mailbox.wait(VISITOR)) == 1


def test_found_closed_is_opened_anew_once(kept, mailbox):
    mailbox.hang_up()
    mailbox.refuse_senders("421 4.3.2 Closed for today")

    result = kept.send(to(VISITOR))

    assert isinstance(result, Postponed)
    assert "4.3.2 Closed for today" in result.reason


def test_the_lease_outlasts_every_answer_of_a_mail_server(settings):
    assert timedelta(seconds=12 * settings.EMAIL_TIMEOUT) <= claims.LONGEST_ATTEMPT == claims.LEASE - claims.MAX_WAIT
