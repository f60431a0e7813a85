"""One attempt to hand a message to a mail server: what goes out."""

import pytest

from notifications import claims
from notifications.email import answers
from notifications.models import Notification
from notifications.outbox import send_again
from notifications.results import Accepted, Refused
from tests.services.mail import part

HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"


def to(recipient):
    return Notification.objects.get(channel="email", recipient=recipient)


def test_what_the_server_takes_is_known_by_its_message_id(email, mailbox, in_person):
    result = email.send(to(HOST))

    [message] = mailbox.wait(HOST)
    assert result == Accepted(message["Message-ID"])
    assert message["Message-ID"].endswith("@visit.meridianhouse.example>")
    assert message["Auto-Submitted"] == "auto-generated"


def test_subject_and_text_are_the_two_parts_of_what_the_panel_shows(email, mailbox, in_person):
    email.send(to(HOST))

    [message] = mailbox.wait(HOST)
    text = part(message, "plain").replace("\r\n", "\n").strip()
    assert email.render(to(HOST)) == f"Subject: {message['Subject']}\n\n{text}"
    assert part(message, "plain")[0].strip()


def test_html_is_html_and_escapes_what_was_typed(email, mailbox, in_person):
    in_person.notifications.update(context={**to(HOST).context, "visitor": "<b>Yusuf</b>"})

    email.send(to(HOST))

    [message] = mailbox.wait(HOST)
    assert "<b>Yusuf</b>" in part(message, "plain")
    assert "&lt;b&gt;Yusuf" in part(message, "html")


def test_a_host_answers_the_visitor_and_a_visitor_reception(email, mailbox, in_person):
    email.send(to(HOST))
    email.send(to(VISITOR))

    assert mailbox.wait(HOST)[0]["Reply-To"] == VISITOR
    assert mailbox.wait(VISITOR)[0]["Reply-To"] is None


@pytest.mark.parametrize(
    ("setting", "sender"),
    [
        ("visits@meridianhouse.example", "Meridian House <visits@meridianhouse.example>"),
        ("Front desk <visits@meridianhouse.example>", "Front desk <visits@meridianhouse.example>"),
    ],
)
def test_a_message_comes_from_the_office_unless_the_setting_names_another(
    email, mailbox, in_person, settings, setting, sender
):
    settings.DEFAULT_FROM_EMAIL = setting

    email.send(to(HOST))

    assert mailbox.wait(HOST)[0]["From"] == sender


def test_attempts_share_a_message_id_and_what_a_person_sends_again_has_another(email, in_person):
    notification = to(HOST)
    ids = []
    for again in (False, False, True):
        if again:
            Notification.objects.filter(pk=notification.pk).update(state="failed")
            send_again(Notification.objects.filter(pk=notification.pk))
        held = claims.claim(notification.pk)
        ids.append(email.compose(held).extra_headers["Message-ID"])
        Notification.objects.filter(pk=notification.pk).update(due_at=notification.created_at)

    assert ids[0] == ids[1] != ids[2]


def test_two_messages_have_two_message_ids(email, in_person):
    assert len({email.compose(to(each)).extra_headers["Message-ID"] for each in (HOST, VISITOR)}) == 2


def test_on_the_console_a_message_is_written_as_people_read_it(email, in_person, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    in_person.notifications.update(context={**to(HOST).context, "visitor": "Jürgen Müßig"})

    email.send(to(HOST))

    printed = capsys.readouterr().out
    assert "Jürgen Müßig" in printed
    assert f"/h/{in_person.host_token}" in printed
    assert "=3D" not in printed


class TestOldServers:
    """Servers without 8BITMIME and SMTPUTF8 take every message, in ASCII and in lines of a legal length."""

    @pytest.mark.parametrize(
        "name",
        ["Jürgen Müßig", "山田花子", "Zoë 🎈 Çelik", "عائشة", "ü" * 1200],
        ids=["umlauts", "Japanese", "emoji", "Arabic", "long"],
    )
    @pytest.mark.parametrize("recipient", [HOST, VISITOR])
    def test_whatever_people_are_called(self, email, mailbox, in_person, office, recipient, name):
        mailbox.be_old()
        office(name="Büro am Märchenbrunnen " * 5)
        in_person.notifications.update(context={**to(recipient).context, "visitor": name, "host": name})

        assert isinstance(email.send(to(recipient)), Accepted)

        [message] = mailbox.wait(recipient)
        assert name in part(message, "plain")
        assert name.replace(" ", "") in part(message, "html").replace(" ", "")
        assert all(line.isascii() and len(line) <= 998 for line in message.as_bytes().splitlines())

    @pytest.mark.parametrize("letter", ["i", "ü", "🎈"])
    def test_whatever_they_come_for(self, email, mailbox, in_person, letter):
        mailbox.be_old()
        in_person.notifications.update(context={**to(HOST).context, "purpose": letter * 1200})

        assert isinstance(email.send(to(HOST)), Accepted)

        [message] = mailbox.wait(HOST)
        assert letter * 1200 in part(message, "plain")
        assert all(line.isascii() and len(line) <= 998 for line in message.as_bytes().splitlines())

    def test_a_file_with_umlauts(self, email, mailbox, in_person):
        mailbox.be_old()
        message = email.compose(to(HOST))
        message.attach("Einladung für Zoë.ics", "SUMMARY:Besuch in Köln\r\n", "text/calendar")

        email.connection.send(message)

        [attached] = mailbox.wait(HOST)[0].iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (
            "Einladung für Zoë.ics",
            "SUMMARY:Besuch in Köln\r\n",
        )

    def test_an_address_in_another_script(self, email, mailbox, in_person):
        mailbox.be_old()
        Notification.objects.filter(pk=to(HOST).pk).update(recipient="anika@büro.example")

        assert isinstance(email.send(to("anika@büro.example")), Accepted)

        assert mailbox.wait("anika@xn--bro-hoa.example")

    @pytest.mark.parametrize("recipient", ["zoë@visitor.example", "花子@例え.jp"])
    def test_an_address_that_only_newer_servers_know_is_refused_in_words(self, email, mailbox, in_person, recipient):
        Notification.objects.filter(pk=to(HOST).pk).update(recipient=recipient)
        assert isinstance(email.send(to(recipient)), Accepted)
        assert len(mailbox.wait(recipient)) == 1
        email.connection.close()

        mailbox.be_old()

        assert email.send(to(recipient)) == Refused(str(answers.UNADDRESSABLE))
        assert len(mailbox.messages) == 1

    def test_such_an_address_to_answer_is_left_out(self, email, mailbox, in_person):
        mailbox.be_old()
        in_person.notifications.update(context={**to(HOST).context, "reply_to_email": "zoë@visitor.example"})

        assert isinstance(email.send(to(HOST)), Accepted)

        assert mailbox.wait(HOST)[0]["Reply-To"] is None

    def test_a_site_in_another_script_has_a_message_id_all_the_same(self, email, mailbox, in_person, settings):
        mailbox.be_old()
        settings.SITE_URL = "https://büro.example"

        email.send(to(HOST))

        assert mailbox.wait(HOST)[0]["Message-ID"].endswith("@xn--bro-hoa.example>")
