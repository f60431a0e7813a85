"""The table of notifications of the product's rules, through real processes."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from appointments import tasks
from appointments.choices import EndedBy, Kind, Reply
from appointments.models import Appointment
from notifications.models import Notification, State
from tests.cast import make_appointment
from tests.notifications.notices import words as text_of
from tests.services.mail import part

HOST, VISITOR = "anika@meridianhouse.example", "yusuf@visitor.example"
HOST_PHONE, VISITOR_PHONE = "+919876543201", "+447700900142"


def test_an_arrival_tells_the_host_and_the_visitor_by_email_and_text(server, mailbox, twilio, in_person):
    [to_host] = mailbox.wait(HOST, "Yusuf Al-Masri is here to see you")
    [text] = twilio.wait(HOST_PHONE, "is here to see you at Meridian House")

    words = part(to_host, "plain")
    assert all(fact in words for fact in ("Supplier review", "+44 7700 900142", VISITOR, f"/h/{in_person.host_token}"))
    assert text.body.endswith(f"/h/{in_person.host_token}")
    [to_visitor] = mailbox.wait(VISITOR, "You’re checked in at Meridian House")
    assert f"/v/{in_person.visitor_token}/end" in part(to_visitor, "plain")
    assert f"/v/{in_person.visitor_token}" in twilio.wait(VISITOR_PHONE, "You're checked in")[0].body


def test_a_remote_start_links_both_people_to_the_chat(server, mailbox, twilio, remote):
    [to_host] = mailbox.wait("tomás@meridianhouse.example", "asks to chat with you")

    assert f"/h/{remote.host_token}/chat" in part(to_host, "html")
    assert "asks to chat" in twilio.wait(HOST_PHONE, remote.host_token)[0].body
    assert remote.visitor_token in part(mailbox.wait(VISITOR)[0], "plain")


def test_the_end_sends_the_visitor_all_six_details(server, mailbox, twilio, in_person):
    in_person.end(EndedBy.HOST)

    [email] = mailbox.wait(VISITOR, "Your visit to Meridian House")
    [text] = twilio.wait(VISITOR_PHONE, "Your visit to Meridian House")
    for words in (part(email, "plain"), part(email, "html"), text.body):
        for detail in ("Yusuf Al-Masri", "+44 7700 900142", "Anika Rao", "12 Residency Road"):
            assert detail in words
        assert words.count(timezone.localtime(in_person.started_at).strftime("%H:%M")) >= 1


@pytest.mark.django_db
class TestWhatIsRecorded:
    def events(self, appointment):
        return sorted(appointment.notifications.values_list("event", "audience", "channel"))

    def test_starting_calls_for_four_and_saving_again_for_no_more(self, in_person):
        in_person.save()

        assert self.events(in_person) == [
            ("started", "host", "email"),
            ("started", "host", "sms"),
            ("started", "visitor", "email"),
            ("started", "visitor", "sms"),
        ]

    def test_an_end_before_the_start_was_told_cancels_the_start(self, in_person):
        in_person.end(EndedBy.VISITOR)

        assert set(in_person.notifications.filter(event="started").values_list("state", flat=True)) == {"cancelled"}
        assert in_person.notifications.filter(event="ended", state=State.QUEUED).count() == 2

    def test_a_changed_reply_withdraws_the_text_about_the_first(self, in_person):
        in_person.set_reply(Reply.ON_MY_WAY)
        in_person.set_reply(Reply.FIVE_MINUTES)

        replies = in_person.notifications.filter(event="replied").order_by("pk")
        assert [reply.state for reply in replies] == [State.CANCELLED, State.QUEUED]
        assert "will be five minutes" in text_of(replies[1])

    def test_a_host_who_returns_to_the_first_reply_is_believed(self, in_person):
        for reply in (Reply.ON_MY_WAY, Reply.FIVE_MINUTES, Reply.ON_MY_WAY):
            in_person.set_reply(reply)

        [last] = in_person.notifications.filter(event="replied", state=State.QUEUED)
        assert "is on the way" in text_of(last)

    def test_a_rolled_back_check_in_sends_nothing(self, host):
        with transaction.atomic():
            make_appointment(host)
            transaction.set_rollback(True)

        assert not Notification.objects.exists()


@pytest.mark.django_db
class TestAHostWhoDoesNotAnswer:
    def wait(self, appointment, minutes):
        Appointment.objects.filter(pk=appointment.pk).update(
            started_at=timezone.now() - timedelta(minutes=minutes),
        )
        tasks.remind_hosts.call_local()
        return appointment.notifications.filter(event="unanswered")

    def test_is_reminded_once_after_five_minutes(self, in_person):
        self.wait(in_person, 5)

        [reminder] = self.wait(in_person, 6)
        assert "is still waiting for you" in text_of(reminder)

    def test_is_left_alone_before(self, in_person):
        assert not self.wait(in_person, 4).exists()

    def test_is_left_alone_after_a_reply(self, in_person):
        in_person.set_reply(Reply.ON_MY_WAY)

        assert not self.wait(in_person, 5).exists()

    def test_is_not_reminded_of_a_chat(self, remote):
        assert not self.wait(remote, 5).exists()

    def test_is_left_alone_after_an_hour(self, in_person):
        assert not self.wait(in_person, 61).exists()

    @pytest.mark.parametrize("minutes", [5, 30])
    def test_is_reminded_by_the_clock_and_by_nothing_that_is_saved(self, remote, in_person, minutes):
        for appointment in (in_person, remote):
            appointment.started_at = timezone.now() - timedelta(minutes=minutes)
            appointment.save()

        assert not Notification.objects.filter(event="unanswered").exists()

    def test_is_still_reminded_after_something_else_was_saved(self, in_person):
        [reminder] = self.wait(in_person, 5)

        in_person.refresh_from_db()
        in_person.save()

        reminder.refresh_from_db()
        assert reminder.state == State.QUEUED

    def test_is_not_reminded_once_the_visitor_has_gone(self, in_person):
        self.wait(in_person, 5)
        in_person.end(EndedBy.VISITOR)

        assert in_person.notifications.get(event="unanswered").state == State.CANCELLED


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_recording_costs_the_same_number_of_queries_for_each_kind(host, kind, django_assert_max_num_queries):
    make_appointment(host, kind=Kind.REMOTE)

    with django_assert_max_num_queries(9):
        make_appointment(host, kind=kind)
