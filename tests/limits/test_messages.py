"""Every message counts: by its recipient, and for the office by the hour and the day."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from appointments.choices import EndedBy, Kind, Reply, Role
from appointments.models import Appointment
from appointments.notices import MAX_REPLIES, SETTLE
from chat import tasks as chat_tasks
from chat.unread import MAX_PER_HOST, UNREAD
from notifications import claims
from notifications.models import Audience, Notification, State, Withheld
from notifications.outbox import PAUSE, Notice, record, send_again
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host
from tests.chat.test_unread import member, say

pytestmark = pytest.mark.django_db

VISITOR, PHONE = "yusuf@visitor.example", "+447700900142"


def note(recipient: str = VISITOR, audience: Audience = Audience.VISITOR, channel: str = "email", **more) -> Notice:
    return Notice("tested", audience, channel, recipient, "test-message", {}, occurrence=uuid4().hex, **more)


def record_each(subject, notices: list[Notice]) -> list[str]:
    """Why each was held back, or an empty text."""
    for notice in notices:
        record(subject, [notice])
    about = Notification.objects.about(subject).filter(event="tested").order_by("pk")
    return [notification.withheld for notification in about]


class TestRecipients:
    @pytest.mark.parametrize("window", ["hour", "day"])
    @pytest.mark.parametrize("audience", [Audience.HOST, Audience.VISITOR])
    def test_get_as_many_as_the_office_allows(self, host, office, audience, window):
        office(**{f"messages_per_{audience}_{window}": 2})

        assert record_each(host, [note(audience=audience)] * 1 + [note(audience=audience) for _ in range(3)]) == [
            "", "", Withheld.RECIPIENT, Withheld.RECIPIENT
        ]  # fmt: skip

    def test_reception_gets_as_many_as_a_host(self, host, office):
        office(messages_per_host_hour=1)

        assert record_each(host, [note(audience=Audience.RECEPTION) for _ in range(2)]) == ["", Withheld.RECIPIENT]

    def test_do_not_count_for_each_other(self, host, office):
        office(messages_per_visitor_hour=1)

        assert record_each(host, [note(f"visitor{number}@visitor.example") for number in range(3)]) == ["", "", ""]

    def test_are_one_however_an_address_is_written(self, host, office):
        office(messages_per_visitor_hour=1)

        assert record_each(host, [note(), note("Yusuf+2@visitor.example")]) == ["", Withheld.RECIPIENT]

    def test_are_not_counted_for_what_is_recorded_already(self, host, office):
        office(messages_per_visitor_hour=2)
        once = note()

        record_each(host, [once, once, once])

        assert record_each(host, [note()]) == ["", ""]

    def test_that_have_had_enough_leave_the_office_its_messages(self, host, office):
        office(messages_per_visitor_hour=1, texts_day=8)
        record_each(host, [note(PHONE, channel="sms") for _ in range(9)])

        assert record_each(host, [note("+447700900143", channel="sms")])[-1] == ""


class TestTheBudget:
    @pytest.mark.parametrize(("channel", "setting"), [("sms", "texts_day"), ("email", "emails_day")])
    def test_holds_back_what_is_over_a_quarter_in_one_hour(self, host, office, channel, setting):
        office(**{setting: 8})

        people = [f"+4477009001{number:02}" if channel == "sms" else f"{number}@x.example" for number in range(4)]

        assert record_each(host, [note(person, channel=channel) for person in people]) == [
            "", "", Withheld.OFFICE, Withheld.OFFICE
        ]  # fmt: skip

    def test_of_a_day_is_spent_in_four_hours_at_the_earliest(self, host, office, monkeypatch):
        office(texts_day=8, time_zone="UTC")
        morning = timezone.now().replace(hour=6, minute=30) + timedelta(days=1)
        reasons = []
        for hour in range(5):
            monkeypatch.setattr("django.utils.timezone.now", lambda moment=morning + timedelta(hours=hour): moment)
            reasons = record_each(host, [note(f"+44770090{hour}1{each:02}", channel="sms") for each in range(3)])

        assert [reason == "" for reason in reasons] == [True, True, False] * 4 + [False] * 3

    def test_of_visitors_leaves_the_hosts_their_own(self, host, office):
        office(texts_day=4)
        record_each(host, [note(channel="sms", recipient=f"+4477009001{number:02}") for number in range(5)])

        hosts = note(host.phone, Audience.HOST, "sms")

        assert record_each(host, [hosts])[-1] == ""

    def test_spent_lets_emails_and_check_ins_go_on_and_the_page_says_so(self, host, office):
        office(texts_day=1)
        make_appointment(make_host(name="Tomás Herrera"), visitor_phone="+447700900143")

        response = Client().post("/", typed(host), follow=True)

        [text] = Notification.objects.filter(recipient=PHONE)
        assert (text.state, text.withheld, text.due_at) == (State.WITHHELD, Withheld.OFFICE, None)
        assert Notification.objects.get(recipient=VISITOR, event="started", object_id=text.object_id).state == "queued"
        assert "No text was sent to you, because many have gone out." in response.content.decode()

    def test_that_leaves_no_message_to_a_host_says_so_to_the_visitor(self, host, office):
        office(messages_per_host_hour=1)
        make_appointment(host, kind=Kind.REMOTE)

        page = Client().post("/", typed(host), follow=True).content.decode()

        assert "No text sent. Please tell reception." in page
        assert "No email sent. Please tell reception." in page
        assert f"{host.name} could not be told. Please ask at reception." in page


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "regions", "reason"),
        [
            (PHONE, "IN", Withheld.COUNTRY),
            (PHONE, "IN, GB", ""),
            (PHONE, "*", ""),
            ("+919876543299", "", ""),
            (PHONE, "", Withheld.COUNTRY),
            ("+447012345678", "*", Withheld.SERVICE),
            ("+881612345678", "*", Withheld.SERVICE),
        ],
    )
    def test_of_countries_that_the_office_does_not_text_get_none(self, host, office, number, regions, reason):
        office(sms_regions=regions)

        assert record_each(host, [note(number, channel="sms")]) == [reason]

    def test_of_hosts_get_texts_in_every_country(self, host, office):
        office(sms_regions="IN")

        assert record_each(host, [note(PHONE, Audience.HOST, "sms")]) == [""]

    def test_of_hosts_that_cost_more_get_none(self, host):
        assert record_each(host, [note("+19005550100", Audience.HOST, "sms")]) == [Withheld.SERVICE]

    def test_that_get_no_text_check_in_and_read_it(self, host, office):
        office(sms_regions="IN")

        page = Client().post("/", typed(host), follow=True).content.decode()

        assert "We do not send texts to your phone number." in page
        assert Notification.objects.get(recipient=VISITOR).state == State.QUEUED

    def test_that_get_no_text_read_it_in_the_chat(self, host, office):
        office(sms_regions="IN")

        page = Client().post("/", typed(host, action="chat"), follow=True).content.decode()

        assert "We do not send texts to your phone number." in page

    def test_that_get_texts_read_nothing_of_it(self, host):
        assert "send texts" not in Client().post("/", typed(host), follow=True).content.decode()

    def test_of_services_are_refused_at_check_in(self, host):
        page = Client().post("/", typed(host, phone="+44 909 879 0000")).content.decode()

        assert "This is the number of a service. Enter the number of a person’s phone" in page
        assert not Appointment.objects.exists()


class TestReplies:
    def replies(self, visit: Appointment, state: str) -> int:
        return int(visit.notifications.filter(event="replied", state=state).count())

    def test_settle_before_they_are_sent(self, in_person):
        in_person.set_reply(Reply.FIVE_MINUTES)
        first = in_person.notifications.get(event="replied")
        assert claims.claim(first.pk) is None
        assert timedelta() < first.due_at - timezone.now() <= SETTLE

        in_person.set_reply(Reply.ON_MY_WAY)

        assert (self.replies(in_person, State.CANCELLED), self.replies(in_person, State.QUEUED)) == (1, 1)

    def test_are_due_by_themselves_once_they_have_settled(self, in_person, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            in_person.set_reply(Reply.FIVE_MINUTES)

        [text] = in_person.notifications.filter(event="replied")
        [task] = [task for task in HUEY.pending() if task.args == (text.pk,)]
        assert task.eta is not None

    def test_still_settle_when_the_sweep_comes(self, in_person):
        in_person.set_reply(Reply.FIVE_MINUTES)

        claims.release_stranded(timezone.now())

        assert in_person.notifications.get(event="replied").due_at > timezone.now()

    def test_are_texted_five_times_at_most(self, in_person):
        for number in range(60):
            in_person.set_reply(list(Reply)[number % 3])
            in_person.notifications.filter(event="replied", state=State.QUEUED).update(state=State.SENT, due_at=None)

        assert self.replies(in_person, State.SENT) == MAX_REPLIES == 5
        assert set(in_person.notifications.withheld().values_list("withheld", flat=True)) == {Withheld.REPEATED}

    def test_that_were_never_sent_do_not_count(self, in_person):
        for number in range(12):
            in_person.set_reply(list(Reply)[number % 3])

        assert self.replies(in_person, State.QUEUED) == 1


class TestSendingAgain:
    @pytest.fixture
    def sent(self, in_person) -> Notification:
        sent = in_person.notifications.get(recipient=PHONE)
        Notification.objects.filter(pk=sent.pk).update(state=State.SENT, due_at=None)
        return sent

    def again(self, notification: Notification):
        outcome = send_again(Notification.objects.filter(pk=notification.pk))
        Notification.objects.filter(pk=notification.pk, state=State.QUEUED).update(state=State.SENT, due_at=None)
        return outcome

    def test_waits_a_minute_after_the_last_time(self, sent):
        assert self.again(sent).queued == 1
        assert (self.again(sent).queued, self.again(sent).too_soon) == (0, 1)

        Notification.objects.filter(pk=sent.pk).update(sent_again_at=timezone.now() - PAUSE)

        assert self.again(sent).queued == 1

    def test_counts(self, sent, office):
        office(messages_per_visitor_hour=3)
        queued = []
        for _ in range(5):
            queued.append(self.again(sent).queued)
            Notification.objects.filter(pk=sent.pk).update(sent_again_at=timezone.now() - PAUSE)

        # The text at check-in counts, too.
        assert queued == [1, 1, 0, 0, 0]
        sent.refresh_from_db()
        assert sent.state == State.SENT

    def test_sends_what_was_held_back_once_it_may(self, host, office):
        office(sms_regions="IN")
        make_appointment(host)
        held = Notification.objects.get(recipient=PHONE)
        assert send_again(Notification.objects.filter(pk=held.pk)).withheld == [Withheld.COUNTRY]

        office(sms_regions="IN, GB")

        assert send_again(Notification.objects.filter(pk=held.pk)).queued == 1
        held.refresh_from_db()
        assert (held.state, held.withheld) == (State.QUEUED, "")

    def test_is_logged_when_it_was_sent_and_says_why_it_was_not(self, panel, sent):
        url = reverse("admin:notifications_notification_send_again", args=[sent.pk])
        first = panel.post(url, follow=True).content.decode()
        Notification.objects.filter(pk=sent.pk).update(state=State.SENT, due_at=None)
        second = panel.post(url, follow=True).content.decode()

        assert "The message is being sent again, to" in first
        assert "A message can be sent again a minute after the last time." in second
        assert LogEntry.objects.filter(change_message="Sent again.").count() == 1


class TestTestMessages:
    def test_count_and_are_logged(self, panel, office, manager):
        office(messages_per_host_hour=2)
        for _ in range(4):
            panel.post("/admin/setup/", {"email": "", "sms": "098765 43299"})

        states = list(Notification.objects.order_by("pk").values_list("state", flat=True))
        assert states == [State.QUEUED] * 2 + [State.WITHHELD] * 2
        assert LogEntry.objects.filter(user=manager, change_message="Sent a test message.").count() == 4
        assert "not sent" in panel.get("/admin/setup/").content.decode()

    def test_do_not_go_to_numbers_of_services(self, panel):
        page = panel.post("/admin/setup/", {"email": "", "sms": "+1 900 555 0100"}).content.decode()

        assert "This is the number of a service." in page
        assert not Notification.objects.exists()


class TestUnreadChats:
    def test_reach_one_host_by_few_emails_and_the_rest_in_the_next_hour(self, remote_host, monkeypatch, office):
        office(time_zone="UTC")
        for number in range(20):
            chat = make_appointment(remote_host, kind=Kind.REMOTE, visitor_email=f"visitor{number}@visitor.example")
            say(member(chat, Role.VISITOR), "Hello?")

        unread = Notification.objects.filter(event=UNREAD)
        chat_tasks.email_what_is_unread.call_local()
        assert unread.count() == MAX_PER_HOST

        chat_tasks.email_what_is_unread.call_local()
        assert unread.count() == MAX_PER_HOST

        next_hour = timezone.now() + timedelta(hours=1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: next_hour)
        chat_tasks.email_what_is_unread.call_local()
        assert unread.count() == 2 * MAX_PER_HOST


class TestABurst:
    def test_of_check_ins_makes_no_more_messages_than_the_limits_say(self, office):
        hosts = [make_host(name=f"Host{number} Rao", phone=f"+9198765432{number:02}") for number in range(8)]
        office(texts_day=80, checkins_per_address_hour=60)

        statuses = [
            Client()
            .post(
                "/",
                typed(
                    hosts[number % 8],
                    action="chat",
                    phone=f"+4477009{number:05}",
                    email=f"visitor{number}@visitor.example",
                ),
                # Three devices.
                REMOTE_ADDR=f"203.0.113.{number % 3}",
            )
            .status_code
            for number in range(350)
        ]

        assert statuses.count(302) == Appointment.objects.count() == 8 * 20
        texts = Notification.objects.filter(channel="sms", state=State.QUEUED)
        assert texts.filter(audience=Audience.VISITOR).count() == 80 // 4
        assert texts.filter(audience=Audience.HOST).count() == 80 // 4

    def test_with_a_third_partys_number_sends_it_few_messages(self, host):
        for number in range(30):
            Client().post(
                "/",
                typed(host, action="chat", name=f"Visitor {number}", email=f"{number}@visitor.example"),
                REMOTE_ADDR=f"203.0.113.{number}",
            )
        Notification.objects.filter(state=State.QUEUED).update(state=State.SENT, due_at=None)
        for appointment in Appointment.objects.all():
            appointment.end(EndedBy.VISITOR)

        # Six check-ins in a day, each with a text at its start and its end.
        assert Notification.objects.filter(recipient=PHONE).exclude(state=State.CANCELLED).count() == 12


class TestThePanel:
    def test_says_which_limits_were_reached(self, panel, host, office):
        office(checkins_per_phone_day=1)
        assert "Limits reached" not in panel.get("/admin/").content.decode()
        for _ in range(2):
            Client().post("/", typed(host, action="chat"))

        page = panel.get("/admin/").content.decode()

        assert "Limits reached in the last hour" in page
        assert "Check-ins with one phone number in a day" in page
        assert "?state=on" in page

    def test_says_when_one_device_has_too_many_visits(self, panel, host, office):
        office(visits_per_address=1)
        Client().post("/", typed(host))
        Client().post("/", typed(make_host(name="Tomás Herrera"), phone="+447700900143", email="b@visitor.example"))

        assert "Unanswered visits in person at once from one device" in panel.get("/admin/").content.decode()

    def test_says_what_was_held_back_and_why(self, panel, host, office):
        office(sms_regions="IN")
        visit = make_appointment(host)
        [held] = Notification.objects.withheld()

        for url in (
            "/admin/",
            reverse("admin:appointments_appointment_change", args=[visit.pk]),
            reverse("admin:notifications_notification_change", args=[held.pk]),
            "/admin/notifications/notification/?state__exact=withheld",
        ):
            assert "The office does not text numbers of this country" in panel.get(url).content.decode()
