"""Messages that wait unseen go out by email, through the running worker and a real mail server."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from appointments.models import Appointment, EndedBy, Role
from chat import tasks, unseen
from chat.conversation import Member
from chat.models import Message, Participant
from tests.services.mail import part

HOST, VISITOR = "tomás@meridianhouse.example", "yusuf@visitor.example"


@pytest.fixture
def visitor(remote: Appointment) -> Member:
    """The visitor, in the chat."""
    return member(remote, Role.VISITOR)


def member(appointment: Appointment, role: Role) -> Member:
    person = Member(role, appointment.token(role))
    person.join("phone", 0)
    return person


def say(person: Member, text: str, ago: timedelta = timedelta(minutes=2)) -> Message:
    message, _ = person.post(uuid4(), text, 0)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - ago)
    return message


def let_pass(time: timedelta) -> None:
    """As if this much time had passed since the last email."""
    Participant.objects.exclude(emailed_at=None).update(emailed_at=timezone.now() - time)


def events(appointment: Appointment, state: str = "queued") -> int:
    return int(appointment.notifications.filter(event__startswith=unseen.EVENT, state=state).count())


def test_what_a_visitor_leaves_reaches_the_host_by_email_with_the_chat_so_far(server, mailbox, remote, visitor):
    say(visitor, "I have left the samples")
    say(visitor, "at reception", timedelta(seconds=1))

    tasks.email_what_is_unseen.call_local()

    [email] = mailbox.wait(HOST, "Yusuf Al-Masri wrote to you")
    for kind in ("plain", "html"):
        words = part(email, kind)
        assert "2 unseen messages" in words
        assert words.index("I have left the samples") < words.index("at reception")
        assert f"/h/{remote.host_token}/chat" in words
    assert email["Reply-To"] == VISITOR


def test_the_visitor_gets_what_the_host_wrote_and_no_address_of_theirs(server, mailbox, remote, visitor):
    say(member(remote, Role.HOST), "I will be with you at noon")

    tasks.email_what_is_unseen.call_local()

    [email] = mailbox.wait(VISITOR, "Tomás Herrera wrote to you")
    assert "I will be with you at noon" in part(email, "plain")
    assert HOST not in str(email.as_string())


def test_what_people_type_adds_no_link_and_no_line(server, mailbox, visitor):
    say(visitor, "See https://evil.example/now\n-- \nMeridian House says <b>pay</b> at www.evil.example")

    tasks.email_what_is_unseen.call_local()

    [email] = mailbox.wait(HOST, "wrote to you")
    assert "evil.example" not in part(email, "plain")
    assert "\n-- \nMeridian" not in part(email, "plain")
    assert "<b>pay" not in part(email, "html")


@pytest.mark.django_db
class TestWhatIsRecorded:
    """In a transaction of the test's own: the running worker, which has the same tasks, sees nothing of it."""

    def test_a_message_of_this_minute_waits(self, remote, visitor):
        say(visitor, "Good morning", timedelta(seconds=30))

        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 0

    def test_what_has_been_read_is_not_emailed(self, remote, visitor):
        message = say(visitor, "Good morning")
        member(remote, Role.HOST).read(message.pk)

        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 0

    def test_messages_are_grouped_into_one_email_in_ten_minutes(self, remote, visitor):
        say(visitor, "one")
        tasks.email_what_is_unseen.call_local()
        say(visitor, "two")
        tasks.email_what_is_unseen.call_local()
        assert events(remote) == 1

        let_pass(timedelta(minutes=10))
        tasks.email_what_is_unseen.call_local()
        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 2

    def test_no_second_email_without_a_new_message(self, remote, visitor):
        say(visitor, "one")
        tasks.email_what_is_unseen.call_local()
        let_pass(timedelta(hours=1))

        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 1

    def test_an_email_is_cancelled_once_its_messages_are_seen(self, remote, visitor):
        first, last = say(visitor, "one"), say(visitor, "two")
        tasks.email_what_is_unseen.call_local()

        host = member(remote, Role.HOST)
        host.read(first.pk)
        assert events(remote) == 1
        host.read(last.pk)

        assert events(remote) == 0
        assert events(remote, "cancelled") == 1

    def test_what_was_written_before_the_end_still_goes_out(self, remote, visitor):
        say(visitor, "I had to leave")
        remote.end(EndedBy.VISITOR)

        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 1

    def test_two_workers_at_once_write_one_email(self, remote, visitor):
        say(visitor, "one")
        now = timezone.now()
        [first], [second] = unseen.waiting(now), unseen.waiting(now)

        unseen.tell(first, now)
        unseen.tell(second, now)

        assert events(remote) == 1

    def test_own_messages_are_nobodys_news(self, remote, visitor):
        host = member(remote, Role.HOST)
        message = say(visitor, "one")
        host.read(message.pk)
        say(host, "two")
        visitor.read(message.pk + 1)

        tasks.email_what_is_unseen.call_local()

        assert events(remote) == 0
