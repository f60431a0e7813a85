"""What each answer of a mail server means: final or not, and in words who can mend it."""

import socket

import pytest
from aiosmtpd.smtp import AuthResult

from notifications.email import answers
from notifications.models import Notification
from notifications.results import Accepted, Postponed, Refused

HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"


def to(recipient):
    return Notification.objects.get(channel="email", recipient=recipient)


def of(result):
    """The kind of a result, what it means, and what the server has said."""
    meaning, _, said = result.reason.partition(f" {answers.AGAIN} ")
    if isinstance(result, Refused):
        meaning, _, said = result.reason.rpartition(" The mail server answered ")
        said = f"The mail server answered {said}"
    return type(result), meaning, said


def expect(email, answer, kind, meaning):
    """Sending now means this, and says what the server has said."""
    code, _, words = answer.partition(" ")
    assert of(email.send(to(HOST))) == (kind, meaning, f"The mail server answered {code}: {words}")


@pytest.mark.parametrize(
    ("answer", "kind", "meaning"),
    [
        ("550 5.1.1 No such mailbox", Refused, answers.UNKNOWN_ADDRESS),
        ("553 5.1.3 Bad address", Refused, answers.UNKNOWN_ADDRESS),
        ("552 5.2.2 Mailbox full", Refused, answers.FULL),
        ("452 4.2.2 Mailbox full", Postponed, answers.GREYLISTED),
        ("450 4.2.0 Greylisted, come again in 300 seconds", Postponed, answers.GREYLISTED),
        ("451 4.7.1 Try again later", Postponed, answers.GREYLISTED),
        ("530 5.7.0 Authentication required", Postponed, answers.LOGIN),
        ("554 5.7.1 <anika@x.example>: Relay access denied", Postponed, answers.RELAY),
        ("550 5.7.54 Unable to relay recipient in non-accepted domain", Postponed, answers.RELAY),
        ("553 5.7.1 <a@x>: Sender address rejected: not owned by user", Postponed, answers.SENDER),
        ("550 5.1.8 Domain of sender address does not exist", Postponed, answers.SENDER),
        ("554 5.7.1 Client host rejected: Access denied", Postponed, answers.BLOCKED),
        ("554 5.7.1 Service unavailable; blocked using zen.example.org", Postponed, answers.BLOCKED),
    ],
)
def test_about_the_recipient_or_after_it_about_the_office(email, mailbox, in_person, answer, kind, meaning):
    mailbox.refuse(HOST, answer)

    expect(email, answer, kind, meaning)


@pytest.mark.parametrize(
    ("answer", "kind", "meaning"),
    [
        ("554 5.7.1 Taken for spam", Refused, answers.UNWANTED),
        ("552 5.3.4 Too large", Refused, answers.LARGE),
        ("451 4.3.0 Not now", Postponed, answers.LATER),
        ("554 5.2.252 SendAsDenied; not allowed to send as this sender", Postponed, answers.SENDER),
    ],
)
def test_about_the_message_once_it_was_read(email, mailbox, in_person, answer, kind, meaning):
    mailbox.refuse_messages(answer)

    expect(email, answer, kind, meaning)


@pytest.mark.parametrize(
    ("answer", "kind", "meaning"),
    [
        ("550 5.1.0 Sender unknown", Postponed, answers.SENDER),
        ("553 5.7.1 Not from here", Postponed, answers.SENDER),
        ("501 5.1.7 Bad sender address", Postponed, answers.SENDER),
        ("530 5.7.0 Must issue a STARTTLS command first", Postponed, answers.LOGIN),
        ("451 4.3.0 Not now", Postponed, answers.BUSY),
        ("421 4.3.2 Shutting down", Postponed, answers.BUSY),
        ("552 5.3.4 Too large", Refused, answers.LARGE),
    ],
)
def test_about_the_sender_is_never_the_recipients_fault(email, mailbox, in_person, answer, kind, meaning):
    mailbox.refuse_senders(answer)

    expect(email, answer, kind, meaning)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("535 5.7.8 Wrong password", answers.LOGIN),
        ("534 5.7.9 Use an app password", answers.LOGIN),
        ("454 4.7.0 Cannot check passwords now", answers.BUSY),
    ],
)
def test_about_the_login(email, mailbox, in_person, settings, answer, meaning):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "entry", "wrong"
    refusal = AuthResult(success=False, handled=False, message=answer)
    mailbox.restart(auth_require_tls=False, authenticator=lambda *_about: refusal)

    kind, found, said = of(email.send(to(HOST)))

    assert (kind, found) == (Postponed, meaning)
    assert answer.partition(" ")[2] in said
    mailbox.restart(auth_require_tls=False, authenticator=lambda *_about: AuthResult(success=True))
    assert isinstance(email.send(to(HOST)), Accepted)


class TestWithoutAnAnswer:
    def test_the_certificate_is_not_trusted(self, email, mailbox, in_person, settings, certificate):
        settings.EMAIL_USE_TLS = True
        mailbox.restart(tls_context=certificate.context)

        kind, meaning, said = of(email.send(to(HOST)))

        assert (kind, meaning) == (Postponed, answers.CERTIFICATE)
        assert "certificate verify failed" in said

    def test_the_port_speaks_no_tls(self, email, in_person, settings):
        settings.EMAIL_USE_SSL = True

        assert of(email.send(to(HOST)))[:2] == (Postponed, answers.TLS)

    @pytest.mark.parametrize("setting", [{"EMAIL_USE_TLS": True}, {"EMAIL_HOST_USER": "a", "EMAIL_HOST_PASSWORD": "b"}])
    def test_what_the_settings_ask_for_is_not_on_offer(self, email, in_person, settings, setting):
        for name, value in setting.items():
            setattr(settings, name, value)

        assert of(email.send(to(HOST)))[:2] == (Postponed, answers.NO_TLS)

    def test_nothing_listens(self, email, mailbox, in_person):
        mailbox.stop()

        kind, meaning, said = of(email.send(to(HOST)))

        assert (kind, meaning) == (Postponed, answers.NOBODY_THERE)
        assert said.startswith("The mail server cannot be reached: ")
        assert "refused" in said

    def test_no_server_has_the_name(self, email, in_person, settings):
        settings.EMAIL_HOST = "mail.invalid"

        assert of(email.send(to(HOST)))[:2] == (Postponed, answers.NO_NAME)

    def test_it_says_nothing(self, email, in_person, settings):
        settings.EMAIL_TIMEOUT = 0.2
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.EMAIL_PORT = silent.getsockname()[1]

            assert of(email.send(to(HOST)))[:2] == (Postponed, answers.LOST)

    def test_it_hangs_up_after_the_message(self, email, mailbox, in_person):
        mailbox.hang_up_at("DATA")

        assert of(email.send(to(HOST)))[:2] == (Postponed, answers.LOST)
