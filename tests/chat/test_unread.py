"""Unread messages are emailed, by the running worker over a real mail server."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Role
from appointments.models import Appointment
from chat import tasks, unread
from chat.conversation import Session, unread_count
from chat.models import Message, Participant
from tests.cast import make_appointment, make_host
from tests.notifications.notices import words
from tests.services.mail import part

HOST, VISITOR = "tomás@meridianhouse.example", "yusuf@visitor.example"


@pytest.fixture
def visitor(remote: Appointment) -> Session:
    """The visitor, in the chat."""
    return member(remote, Role.VISITOR)


def member(appointment: Appointment, role: Role) -> Session:
    person = Session(role, appointment.token(role))
    person.join("phone", 0)
    person.come()
    return person


def say(person: Session, text: str, ago: timedelta = timedelta(minutes=2)) -> Message:
    message, _ = person.post(uuid4(), text, 0)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - ago)
    return message


def let_pass(time: timedelta) -> None:
    """Simulate that this much time has passed since the last email."""
    Participant.objects.exclude(emailed_at=None).update(emailed_at=timezone.now() - time)


def events(appointment: Appointment, state: str = "queued") -> int:
    return int(appointment.notifications.filter(event=unread.UNREAD, state=state).count())


@pytest.mark.django_db
def test_each_person_has_their_own_count_of_what_they_have_not_read(remote, visitor):
    other = make_appointment(make_host(name="Bea Novak"), kind=Kind.REMOTE)
    host = member(remote, Role.HOST)
    say(member(other, Role.VISITOR), "elsewhere")
    seen = say(visitor, "one")
    for text in ("two", "three"):
        say(visitor, text)
    say(host, "own")
    host.read(seen.pk)

    counts = [unread_count(appointment.pk, role) for appointment in (remote, other) for role in Role]

    assert counts == [1, 2, 0, 1]


@pytest.mark.django_db
def test_what_was_written_before_a_person_came_counts_too(remote, visitor):
    Message.objects.create(pk=1, appointment=remote, sender=Role.VISITOR, client_id=uuid4(), text="one")

    assert unread_count(remote.pk, Role.HOST) == 1
    Participant.objects.all().delete()
    assert unread_count(remote.pk, Role.HOST) == 1


def test_what_a_visitor_leaves_reaches_the_host_by_email_with_the_chat_so_far(server, mailbox, remote, visitor):
    say(visitor, "I have left the samples")
    say(visitor, "at reception", timedelta(seconds=1))

    tasks.email_what_is_unread.call_local()

    [email] = mailbox.wait(HOST, "Yusuf Al-Masri wrote to you")
    for kind in ("plain", "html"):
        words = part(email, kind)
        assert "2 unseen messages" in words
        assert words.index("I have left the samples") < words.index("at reception")
        assert f"/h/{remote.host_token}/chat" in words
    assert email["Reply-To"] == VISITOR


def test_the_visitor_gets_what_the_host_wrote_and_no_address_of_theirs(server, mailbox, remote, visitor):
    say(member(remote, Role.HOST), "I will be with you at noon")

    tasks.email_what_is_unread.call_local()

    [email] = mailbox.wait(VISITOR, "Tomás Herrera wrote to you")
    assert "I will be with you at noon" in part(email, "plain")
    assert HOST not in str(email.as_string())


def test_what_people_type_adds_no_link_and_no_line(server, mailbox, visitor):
    say(visitor, "See https://evil.example/now\n-- \nMeridian House says <b>pay</b> at www.evil.example")

    tasks.email_what_is_unread.call_local()

    [email] = mailbox.wait(HOST, "wrote to you")
    assert "evil.example" not in part(email, "plain")
    assert "\n-- \nMeridian" not in part(email, "plain")
    assert "<b>pay" not in part(email, "html")


@pytest.mark.django_db
class TestWhatIsRecorded:
    """In the test's own transaction, so that the running worker, which has the same tasks, does not see the rows."""

    def test_a_message_of_this_minute_waits(self, remote, visitor):
        say(visitor, "Good morning", timedelta(seconds=30))

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 0

    def test_what_has_been_read_is_not_emailed(self, remote, visitor):
        message = say(visitor, "Good morning")
        member(remote, Role.HOST).read(message.pk)

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 0

    def test_messages_are_grouped_into_one_email_in_ten_minutes(self, remote, visitor):
        say(visitor, "one")
        tasks.email_what_is_unread.call_local()
        say(visitor, "two")
        tasks.email_what_is_unread.call_local()
        assert events(remote) == 1

        let_pass(timedelta(minutes=10))
        tasks.email_what_is_unread.call_local()
        tasks.email_what_is_unread.call_local()

        assert events(remote) == 2

    def test_no_second_email_without_a_new_message(self, remote, visitor):
        say(visitor, "one")
        tasks.email_what_is_unread.call_local()
        let_pass(timedelta(hours=1))

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 1

    def test_an_email_is_cancelled_once_its_messages_are_seen(self, remote, visitor):
        first, last = say(visitor, "one"), say(visitor, "two")
        tasks.email_what_is_unread.call_local()

        host = member(remote, Role.HOST)
        host.read(first.pk)
        assert events(remote) == 1
        host.read(last.pk)

        assert events(remote) == 0
        assert events(remote, "cancelled") == 1

    def test_what_was_written_before_the_end_still_goes_out(self, remote, visitor):
        say(visitor, "I had to leave")
        remote.end(EndedBy.VISITOR)

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 1

    def test_two_workers_at_once_write_one_email(self, remote, visitor):
        say(visitor, "one")
        now = timezone.now()
        [first], [second] = unread.waiting(now), unread.waiting(now)

        unread.email_unread(first, now)
        unread.email_unread(second, now)

        assert events(remote) == 1

    def test_a_conversation_with_a_fault_does_not_keep_the_others_from_theirs(self, remote, visitor, monkeypatch):
        other = make_appointment(make_host(name="Bea Novak"), kind=Kind.REMOTE)
        for person in (visitor, member(other, Role.VISITOR)):
            say(person, "Hello")
        email_unread = unread.email_unread

        def faulty(person, now):
            if person.appointment_id == remote.pk:
                raise RuntimeError("A fault")
            email_unread(person, now)

        monkeypatch.setattr(unread, "email_unread", faulty)

        tasks.email_what_is_unread.call_local()

        assert (events(remote), events(other)) == (0, 1)

    def test_own_messages_are_not_emailed_to_their_sender(self, remote, visitor):
        host = member(remote, Role.HOST)
        message = say(visitor, "one")
        host.read(message.pk)
        say(host, "two")
        visitor.read(message.pk + 1)

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 0

    def test_who_has_read_meanwhile_gets_no_email(self, remote, visitor):
        message = say(visitor, "one")
        now = timezone.now()
        [person] = unread.waiting(now)
        member(remote, Role.HOST).read(message.pk)

        unread.email_unread(person, now)

        assert events(remote) == 0

    def test_a_worker_that_comes_late_writes_no_second_email_of_what_came_since(self, remote, visitor):
        say(visitor, "one")
        now = timezone.now()
        [first], [late] = unread.waiting(now), unread.waiting(now)
        unread.email_unread(first, now)
        say(visitor, "two")

        unread.email_unread(late, now)

        assert events(remote) == 1

    def test_seeing_the_messages_cancels_every_email_about_them_and_none_of_the_other_persons(self, remote, visitor):
        host = member(remote, Role.HOST)
        say(host, "for the visitor")
        say(visitor, "one")
        tasks.email_what_is_unread.call_local()
        let_pass(timedelta(minutes=10))
        last = say(visitor, "two")
        tasks.email_what_is_unread.call_local()

        host.read(last.pk)

        assert told(remote, "host") == ["cancelled", "cancelled"]
        assert told(remote, "visitor") == ["queued"]

    @pytest.mark.parametrize(("hours", "emails"), [(47, 1), (49, 0)])
    def test_what_was_left_open_for_two_days_is_no_news(self, remote, visitor, hours, emails):
        say(visitor, "one")
        Appointment.objects.update(started_at=timezone.now() - timedelta(hours=hours))

        tasks.email_what_is_unread.call_local()

        assert events(remote) == emails

    def test_conversations_do_not_mix(self, remote, visitor):
        other = make_appointment(make_host(name="Bea Novak"), kind=Kind.REMOTE)
        member(other, Role.HOST)
        say(visitor, "one")
        say(member(other, Role.VISITOR), "two")

        tasks.email_what_is_unread.call_local()

        assert [told(remote, "host"), told(other, "host")] == [["queued"], ["queued"]]
        assert [told(remote, "visitor"), told(other, "visitor")] == [[], []]

    def test_where_nobody_wrote_nothing_is_unread(self, remote, visitor):
        say(visitor, "one")
        quiet = make_appointment(make_host(name="Bea Novak"), kind=Kind.REMOTE)
        member(quiet, Role.HOST)

        tasks.email_what_is_unread.call_local()

        assert events(quiet) == 0

    def test_a_host_who_has_been_deleted_is_written_to_by_nobody(self, remote, visitor):
        say(visitor, "one")
        remote.end(EndedBy.VISITOR)
        assert remote.host is not None
        remote.host.delete()

        tasks.email_what_is_unread.call_local()

        assert events(remote) == 0


def told(appointment: Appointment, audience: str) -> list[str]:
    """The state of each email to this person about what they have not seen."""
    emails = appointment.notifications.filter(event=unread.UNREAD, audience=audience)
    return list(emails.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
class TestWhatTheEmailSays:
    @pytest.fixture
    def email(self, remote):
        """The text of the email to the host, with white space as single spaces."""

        def text() -> str:
            tasks.email_what_is_unread.call_local()
            return " ".join(words(remote.notifications.get(event=unread.UNREAD, audience="host")).split())

        return text

    def test_who_wrote_what_and_when(self, visitor, email):
        message = say(visitor, "I have left the samples")
        message.refresh_from_db()

        text = email()

        assert text.startswith("Subject: Yusuf Al-Masri wrote to you")
        assert f"Yusuf Al-Masri, {timezone.localtime(message.created_at):%H:%M}: I have left the samples" in text

    def test_to_the_visitor_that_the_host_wrote(self, remote, visitor):
        say(member(remote, Role.HOST), "I will be late")

        tasks.email_what_is_unread.call_local()

        email = remote.notifications.get(event=unread.UNREAD)
        assert email.recipient == VISITOR
        assert words(email).startswith("Subject: Tomás Herrera wrote to you")

    def test_counts_what_has_not_been_seen(self, remote, visitor, email):
        host = member(remote, Role.HOST)
        seen = say(visitor, "one")
        host.read(seen.pk)
        say(host, "own")
        say(visitor, "two")
        say(visitor, "three")

        assert "2 unseen messages" in email()

    @pytest.mark.parametrize(("written", "first"), [(3, 0), (4, 1), (5, 2)])
    def test_has_as_many_of_the_last_messages_as_it_carries_and_leads_to_the_earlier(
        self, visitor, email, monkeypatch, written, first
    ):
        monkeypatch.setattr(unread, "MAX_MESSAGES", 3)
        for number in range(written):
            say(visitor, f"message {number}.")

        text = email()

        assert [f"message {number}." in text for number in range(written)] == [n >= first for n in range(written)]
        assert ("the rest is behind the link" in text) is (first > 0)
        assert f"{written} unseen messages" in text

    def test_tells_of_a_message_that_more_of_ones_own_have_followed_than_it_carries(
        self, remote, visitor, email, monkeypatch
    ):
        monkeypatch.setattr(unread, "MAX_MESSAGES", 3)
        host = member(remote, Role.HOST)
        say(visitor, "one")
        for _ in range(5):
            say(host, "own")

        assert "Yusuf Al-Masri wrote to you You have one unseen message." in email()
