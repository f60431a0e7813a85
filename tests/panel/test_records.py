"""Appointments and notifications in the panel, which are read-only."""

import tomllib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Role
from appointments.models import Appointment
from appointments.records.filters import DaysFilter
from chat.models import Message
from notifications import claims
from notifications.models import CLOSED, Notification, State
from notifications.results import Refused
from tests.cast import make_appointment, make_host
from tests.services.product import ROOT


def record(appointment) -> str:
    return reverse("admin:appointments_appointment_change", args=[appointment.pk])


def test_what_a_visitor_typed_is_escaped_everywhere(panel, host):
    evil = make_appointment(host, visitor_name="<script>alert(1)</script>", purpose="<img src=x onerror=alert(1)>")

    for page in (
        "/admin/",
        "/admin/roll-call/",
        "/admin/appointments/appointment/",
        record(evil),
        reverse("admin:hosts_host_change", args=[host.pk]),
        reverse("admin:hosts_host_delete", args=[host.pk]),
    ):
        text = panel.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text


def test_nobody_edits_an_appointment_not_even_a_superuser(in_person):
    root = Client()
    root.force_login(User.objects.create_superuser("root"))

    assert root.post(record(in_person), {"visitor_name": "Someone else"}).status_code == 403
    assert root.post(record(in_person) + "delete/", {"post": "yes"}).status_code == 403


def test_the_links_of_an_appointment_are_not_shown(panel, in_person):
    page = panel.get(record(in_person)).content.decode()

    assert in_person.host_token not in page
    assert in_person.visitor_token not in page


def test_the_conversation_is_shown_to_whoever_may_read_it(panel, desk, remote):
    other = make_appointment(make_host(name="Bea Novak"), kind=Kind.REMOTE)
    for appointment, text in ((remote, "Good morning"), (other, "Good evening")):
        Message.objects.create(appointment=appointment, sender=Role.VISITOR, client_id="0" * 32, text=text)

    assert "Good morning" in panel.get(record(remote)).content.decode()
    assert "Good evening" not in panel.get(record(remote)).content.decode()
    Appointment.objects.update(started_at=timezone.now() - timedelta(days=3))
    assert panel.get(record(remote)).context["lines"][0].opens_day
    assert "Good morning" not in desk.get(record(remote)).content.decode()


def test_who_may_not_see_deliveries_sees_none_on_a_record(panel, client, in_person, django_user_model):
    someone = django_user_model.objects.create_user("someone", is_staff=True)
    someone.user_permissions.add(Permission.objects.get(codename="view_appointment"))
    client.force_login(someone)

    assert "anika@" in panel.get(record(in_person)).content.decode()
    assert "anika@" not in client.get(record(in_person)).content.decode()


class TestTheButtonsOfARecord:
    END, TELL = "End appointment", "Send the details to the visitor again"

    def test_a_manager_ends_what_is_going_on_and_sends_its_details_again(self, panel, in_person):
        page = panel.get(record(in_person))

        assert self.END in words_of(page)
        assert self.TELL in words_of(page)

    def test_nobody_ends_what_has_ended(self, panel, in_person):
        in_person.end(EndedBy.HOST)

        page = panel.get(record(in_person))

        assert self.END not in words_of(page)
        assert self.TELL in words_of(page)

    def test_reception_ends_and_sends_again_but_renews_no_links(self, desk, in_person):
        page = desk.get(record(in_person))

        assert self.END in words_of(page)
        assert self.TELL in words_of(page)
        assert "New links" not in words_of(page)


def words_of(page) -> str:
    return page.content.decode()


def test_the_list_says_how_long_a_visit_was(panel, in_person):
    start = timezone.now() - timedelta(hours=3)
    Appointment.objects.update(started_at=start, ended_at=start + timedelta(minutes=95), ended_by=EndedBy.HOST)

    assert "1 hour 35 minutes" in panel.get("/admin/appointments/appointment/").content.decode()


def listed(panel, query: str) -> set[str]:
    """The visitors whom the list shows at this query."""
    shown = panel.get(f"/admin/appointments/appointment/?{query}").context["cl"].result_list
    return {appointment.visitor_name for appointment in shown}


class TestTheListIsFiltered:
    @pytest.fixture(autouse=True)
    def _visits(self, host):
        """One that is going on, and one of each minute around the 24th of November in the office's time zone."""
        zone = ZoneInfo("Asia/Kolkata")
        for name, day, hour, minute in (
            ("Before", 23, 23, 59),
            ("First", 24, 0, 0),
            ("Last", 24, 23, 59),
            ("After", 25, 0, 0),
        ):
            appointment = make_appointment(host, visitor_name=name)
            at = datetime(2026, 11, day, hour, minute, tzinfo=zone)
            Appointment.objects.filter(pk=appointment.pk).update(started_at=at, ended_at=at, ended_by=EndedBy.HOST)
        Appointment.objects.filter(visitor_name="After").update(ended_at=None, ended_by="")

    @pytest.mark.parametrize(
        ("query", "visitors"),
        [
            ("from=2026-11-24&to=2026-11-24", {"First", "Last"}),
            ("from=2026-11-24", {"First", "Last", "After"}),
            ("to=2026-11-24", {"Before", "First", "Last"}),
            ("from=yesterday&to=2026-02-30", {"Before", "First", "Last", "After"}),
        ],
    )
    def test_by_days_both_included(self, panel, query, visitors):
        assert listed(panel, query) == visitors

    @pytest.mark.parametrize(
        ("query", "visitors"), [("state=on", {"After"}), ("state=ended", {"Before", "First", "Last"})]
    )
    def test_by_whether_it_is_going_on(self, panel, query, visitors):
        assert listed(panel, query) == visitors

    def test_by_days_and_words_and_state_together(self, panel):
        assert listed(panel, "from=2026-11-24&state=ended&q=last") == {"Last"}

    def test_the_days_stay_in_their_fields_beside_what_else_was_chosen(self, panel):
        page = panel.get("/admin/appointments/appointment/?from=2026-11-24&to=2026-11-25&state=ended&q=last")

        [days] = [spec for spec in page.context["cl"].filter_specs if isinstance(spec, DaysFilter)]
        [shown] = days.choices(page.context["cl"])
        assert shown == {"from": "2026-11-24", "to": "2026-11-25", "query": "last", "kept": [("state", "ended")]}


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


class TestEndingSeveral:
    def test_ends_those_that_are_going_on_and_logs_each(self, panel, host, in_person, remote, manager):
        past = make_appointment(make_host(name="Bea Novak"))
        past.end(EndedBy.VISITOR)
        chosen = {"action": "end_selected", "_selected_action": [in_person.pk, remote.pk, past.pk]}

        answer = panel.post("/admin/appointments/appointment/", chosen, follow=True)

        assert messages_of(answer) == ["2 appointments have ended."]
        for appointment, by in ((in_person, EndedBy.MANAGER), (remote, EndedBy.MANAGER), (past, EndedBy.VISITOR)):
            appointment.refresh_from_db()
            assert appointment.ended_by == by
        logged = LogEntry.objects.filter(user=manager, change_message__contains="Ended.")
        assert set(logged.values_list("object_id", flat=True)) == {str(in_person.pk), str(remote.pk)}

    def test_says_when_one_had_ended_already(self, panel, in_person):
        end = f"/admin/appointments/appointment/{in_person.pk}/end/"

        assert messages_of(panel.post(end, follow=True)) == ["Yusuf Al-Masri’s appointment has ended."]
        assert messages_of(panel.post(end, follow=True)) == ["Yusuf Al-Masri’s appointment had ended already."]

    def test_of_nothing_finds_nothing(self, panel, db):
        assert panel.post("/admin/appointments/appointment/1/end/").status_code == 404


class TestSendingTheDetailsAgain:
    @pytest.mark.parametrize(("ended", "event"), [(False, "started"), (True, "ended")])
    def test_repeats_what_the_visitor_was_told_last(self, panel, in_person, ended, event):
        if ended:
            in_person.end(EndedBy.HOST)
        in_person.notifications.update(state=State.SENT, due_at=None)

        answer = panel.post(f"/admin/appointments/appointment/{in_person.pk}/details/", follow=True)

        assert messages_of(answer) == ["The details of 1 appointment are being sent again."]
        again = in_person.notifications.filter(state=State.QUEUED)
        assert set(again.values_list("event", "audience")) == {(event, "visitor")}

    def test_says_that_there_was_nothing_to_repeat(self, panel, in_person):
        answer = panel.post(f"/admin/appointments/appointment/{in_person.pk}/details/", follow=True)

        assert messages_of(answer) == ["Nothing is being sent again."]
        assert not LogEntry.objects.filter(change_message__contains="Sent").exists()

    def test_is_for_who_may_send_messages(self, client, in_person, django_user_model):
        client.force_login(django_user_model.objects.create_user("someone", is_staff=True))
        in_person.notifications.update(state=State.SENT, due_at=None)

        assert client.post(f"/admin/appointments/appointment/{in_person.pk}/details/").status_code == 403
        assert not in_person.notifications.filter(state=State.QUEUED).exists()


class TestAMessagesPage:
    def test_says_what_was_said_and_what_came_of_each_attempt(self, panel, in_person):
        message = in_person.notifications.get(audience="host", channel="sms")
        held = claims.claim(message.pk)
        assert held is not None
        claims.settle(held, Refused("A landline"))

        page = panel.get(reverse("admin:notifications_notification_change", args=[message.pk])).content.decode()

        assert "Yusuf Al-Masri is here to see you at Meridian House" in page
        assert "A landline" in page

    @pytest.mark.parametrize("state", State)
    def test_offers_to_send_again_what_is_over(self, panel, in_person, state):
        in_person.notifications.update(state=state)
        message = in_person.notifications.first()

        page = panel.get(reverse("admin:notifications_notification_change", args=[message.pk])).content.decode()

        assert ("Send again" in page) is (state in CLOSED)

    def test_offers_nothing_to_who_may_only_read_it(self, client, in_person, django_user_model):
        in_person.notifications.update(state=State.FAILED)
        someone = django_user_model.objects.create_user("someone", is_staff=True)
        someone.user_permissions.add(Permission.objects.get(codename="view_notification"))
        client.force_login(someone)
        message = in_person.notifications.first()

        page = client.get(reverse("admin:notifications_notification_change", args=[message.pk])).content.decode()

        assert "What it says" in page
        assert "Send again" not in page

    def test_is_found_by_its_channel(self, panel, in_person):
        shown = panel.get("/admin/notifications/notification/?channel=sms").context["cl"].result_list

        assert {message.channel for message in shown} == {"sms"}
        assert len(panel.get("/admin/notifications/notification/").context["cl"].result_list) == 4


class TestSendingAMessageAgain:
    def test_queues_it_and_goes_back_to_where_it_was_asked_for(self, panel, manager, in_person):
        in_person.notifications.update(state=State.FAILED, due_at=None)
        message = in_person.notifications.order_by("pk").first()
        again = reverse("admin:notifications_notification_send_again", args=[message.pk])

        answer = panel.post(again, {"next": record(in_person)})

        assert answer.headers["Location"] == record(in_person)
        assert [one.pk for one in in_person.notifications.filter(state=State.QUEUED)] == [message.pk]
        assert LogEntry.objects.get(user=manager, object_id=message.pk).get_change_message() == "Sent again."

    def test_goes_to_the_address_that_the_host_has_now_and_says_which(self, panel, host, in_person):
        in_person.notifications.update(state=State.FAILED, due_at=None)
        host.email, host.phone = "anika.rao@meridianhouse.example", "+919876500000"
        host.save()
        email, text = in_person.notifications.filter(audience="host").order_by("channel")

        shown = panel.get(record(in_person)).content.decode()
        answers = [
            panel.post(reverse("admin:notifications_notification_send_again", args=[message.pk]), follow=True)
            for message in (email, text)
        ]

        assert "Send again to anika.rao@meridianhouse.example" in shown
        assert [messages_of(answer) for answer in answers] == [
            ["The message is being sent again, to anika.rao@meridianhouse.example."],
            ["The message is being sent again, to +91 98765 00000."],
        ]
        queued = in_person.notifications.filter(state=State.QUEUED).order_by("channel")
        assert list(queued.values_list("recipient", flat=True)) == ["anika.rao@meridianhouse.example", "+919876500000"]

    def test_goes_nowhere_when_the_host_has_no_such_address_any_more(self, panel, host, in_person):
        in_person.notifications.update(state=State.FAILED, due_at=None)
        host.phone = ""
        host.save()
        text = in_person.notifications.get(audience="host", channel="sms")

        again = reverse("admin:notifications_notification_send_again", args=[text.pk])
        answer = panel.post(again, follow=True)

        assert "There is no such address of this person any more." in messages_of(answer)
        assert in_person.notifications.get(pk=text.pk).state == State.FAILED
        assert again not in panel.get(record(in_person)).content.decode()

    def test_counts_for_the_address_to_which_it_goes(self, panel, host, office, in_person):
        office(messages_per_host_hour=1)
        in_person.notifications.update(state=State.FAILED, due_at=None)
        email = in_person.notifications.get(audience="host", channel="email")
        again = reverse("admin:notifications_notification_send_again", args=[email.pk])
        panel.post(again)
        held_back = in_person.notifications.get(pk=email.pk).state
        host.email = "anika.rao@meridianhouse.example"
        host.save()

        panel.post(again)

        assert (held_back, in_person.notifications.get(pk=email.pk).state) == (State.FAILED, State.QUEUED)

    def test_is_for_reception_too_but_not_for_whoever_may_only_log_in(self, desk, client, in_person, django_user_model):
        in_person.notifications.update(state=State.FAILED, due_at=None)
        message = in_person.notifications.first()
        again = reverse("admin:notifications_notification_send_again", args=[message.pk])
        client.force_login(django_user_model.objects.create_user("someone", is_staff=True))

        assert client.post(again, {"next": "/admin/"}).status_code == 403
        assert desk.post(again, {"next": "/admin/"}).headers["Location"] == "/admin/"
        assert in_person.notifications.get(pk=message.pk).state == State.QUEUED

    def test_is_not_done_by_a_link(self, panel, in_person):
        message = in_person.notifications.first()

        assert panel.get(reverse("admin:notifications_notification_send_again", args=[message.pk])).status_code == 405


@pytest.mark.parametrize("rows", [1, 8])
def test_the_list_needs_as_few_queries_for_many_as_for_one(panel, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_appointment(make_host(name=f"Host{number}")).end(EndedBy.HOST)

    with django_assert_max_num_queries(9):
        panel.get("/admin/appointments/appointment/")


def test_a_visitor_is_found_by_phone_as_it_was_said(panel, in_person, remote):
    found = panel.get("/admin/appointments/appointment/", {"q": "0044 7700 900142", "kind__exact": "remote"})

    assert [visit.pk for visit in found.context["cl"].result_list] == [remote.pk]


def test_a_list_longer_than_is_counted_says_so(panel, in_person, remote, monkeypatch):
    monkeypatch.setattr("core.admin.COUNT_LIMIT", 2)

    page = " ".join(panel.get("/admin/appointments/appointment/").content.decode().split())

    assert "2 or more appointments: these are the first 2. Search or filter to reach the others." in page


def test_every_page_of_the_panel_says_which_version_runs(panel):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert f"Entry management {version}" in panel.get("/admin/hosts/host/").content.decode()


def test_the_list_says_in_one_sentence_why_a_message_has_not_arrived_and_its_page_in_all(panel, in_person):
    told = in_person.notifications.get(audience="host", channel="email")
    Notification.objects.filter(pk=told.pk).update(reason="It is full. Call them. The mail server answered 552: Full")

    listed = panel.get("/admin/notifications/notification/").content.decode()
    page = panel.get(f"/admin/notifications/notification/{told.pk}/change/").content.decode()

    assert "It is full<" in listed
    assert "Call them" not in listed
    assert "It is full. Call them. The mail server answered 552: Full" in page
