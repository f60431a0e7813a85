"""The first page of the panel."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Reply
from appointments.models import Appointment
from notifications import claims
from notifications.models import Notification, State, Withheld, Worker
from notifications.results import Postponed
from tests.cast import make_appointment, make_host


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


def age(appointment: Appointment, days: int, minutes: int) -> None:
    """Set the appointment's start to this many days ago and its length to this many minutes."""
    began = timezone.now() - timedelta(days=days)
    Appointment.objects.filter(pk=appointment.pk).update(
        started_at=began, ended_at=began + timedelta(minutes=minutes), ended_by=EndedBy.HOST
    )


def test_shows_who_is_on_site_and_not_who_chats_or_left(panel, in_person, remote):
    make_appointment(make_host(name="Chen Wei"), visitor_name="Gabriel Monteiro").end(EndedBy.VISITOR)

    context = panel.get("/admin/").context

    assert [visit.visitor_name for visit in context["on_site"]] == ["Yusuf Al-Masri"]
    assert context["chats"] == 1
    assert len(context["today"]) == 3


def test_a_visitor_who_is_to_be_met_by_a_colleague_is_something_to_do_for_reception(desk, in_person):
    other = make_appointment(make_host(name="Chen Wei"), visitor_name="Gabriel Monteiro", visitor_phone="+919876500001")
    other.set_reply(Reply.ON_MY_WAY)
    for path in ("/admin/", "/admin/dashboard/"):
        assert "asked to start without" not in desk.get(path).content.decode()
    in_person.set_reply(Reply.COLLEAGUE)

    for path in ("/admin/", "/admin/dashboard/"):
        page = desk.get(path).content.decode()
        assert page.count("Anika Rao has asked to start without them") == 1
        assert "Find a colleague to meet the visitor" in page
    in_person.end(EndedBy.VISITOR)
    assert "asked to start without" not in desk.get("/admin/").content.decode()


def test_shows_what_failed_with_its_reason(panel, in_person):
    Notification.objects.filter(audience="host", channel="sms").delete()
    Notification.objects.create(
        subject=in_person, event="started", audience="host", channel="sms", recipient="+919876543201",
        template="host-arrival", context={}, state=State.FAILED, failed_at=timezone.now(),
        reason="The number is not valid", due_at=None,
    )  # fmt: skip

    page = panel.get("/admin/").content.decode()

    assert "The number is not valid" in page
    assert "+91 98765 43201" in page


def test_counts_hosts_by_presence(panel, host, remote_host):
    make_host(name="Hidden", is_active=False)

    assert [(p.value, n) for p, n in panel.get("/admin/").context["presences"]] == [
        ("in_office", 1),
        ("remote", 1),
        ("away", 0),
    ]


def test_the_chart_has_thirty_days_of_both_kinds(panel, host):
    age(make_appointment(host), days=3, minutes=10)
    age(make_appointment(host, kind=Kind.REMOTE), days=3, minutes=10)
    age(make_appointment(host), days=40, minutes=10)

    bars = panel.get("/admin/").context["chart"].bars

    assert len(bars) == 30
    assert [(bar.day.in_person, bar.day.remote) for bar in bars if bar.day.total] == [(1, 1)]


def test_a_day_that_is_over_is_counted_once_and_today_every_time(panel, host):
    age(make_appointment(host), days=3, minutes=10)
    panel.get("/admin/")
    make_appointment(host)

    bars = panel.get("/admin/").context["chart"].bars

    assert sum(bar.day.in_person for bar in bars) == 2


@pytest.mark.parametrize(("lengths", "words"), [((10, 20, 90), "20 minutes"), ((10, 20), "15 minutes")])
def test_shows_the_median_length_of_a_visit(panel, host, lengths, words):
    for minutes in lengths:
        age(make_appointment(host), days=1, minutes=minutes)

    assert words in panel.get("/admin/").content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_needs_nineteen_queries_at_most_however_much_there_is(panel, rows, django_assert_max_num_queries):
    for number in range(rows):
        visit = make_appointment(make_host(name=f"Host{number}"))
        Notification.objects.filter(object_id=visit.pk).delete()
        Notification.objects.create(
            subject=visit, event="started", audience="host", channel="sms", recipient="+919876543201",
            template="host-arrival", context={}, state=State.FAILED, failed_at=timezone.now(), due_at=None,
        )  # fmt: skip
    cache.clear()

    with django_assert_max_num_queries(19):
        panel.get("/admin/")


class TestWhatWasNotDelivered:
    """The failures on the first page: each stays while somebody can still do something about it."""

    @pytest.fixture
    def failed(self, in_person):
        """Every message about the visit that is going on has failed, yesterday."""
        yesterday = timezone.now() - timedelta(days=1)
        in_person.notifications.update(state=State.FAILED, failed_at=yesterday, due_at=None, reason="No such mailbox")
        return in_person

    def shown(self, client):
        """Whom the messages on the page did not reach, and the number beside the heading."""
        context = client.get("/admin/").context
        return sorted(each.notification.audience for each in context["failed"]), context["failed_count"]

    @pytest.mark.parametrize("group", ["panel", "desk"])
    def test_is_there_for_managers_and_reception_while_the_visit_goes_on(self, request, failed, group):
        assert self.shown(request.getfixturevalue(group)) == (["host", "host", "visitor", "visitor"], 4)

    def test_leaves_for_the_host_once_the_host_has_answered(self, panel, failed):
        failed.set_reply(Reply.ON_MY_WAY)

        assert self.shown(panel) == (["visitor", "visitor"], 2)

    def test_leaves_once_the_visit_is_over(self, panel, failed):
        failed.end(EndedBy.VISITOR)

        assert self.shown(panel) == ([], 0)

    def test_leaves_once_it_is_delivered(self, panel, failed):
        failed.notifications.filter(audience="host").update(state=State.DELIVERED)

        assert self.shown(panel) == (["visitor", "visitor"], 2)

    @pytest.mark.parametrize(("days", "count"), [(0, 1), (1, 0)])
    def test_of_a_visit_that_is_over_is_there_on_the_day(self, panel, in_person, days, count):
        in_person.end(EndedBy.VISITOR)
        when = timezone.now() - timedelta(days=days)
        in_person.notifications.filter(event="ended", channel="email").update(
            state=State.FAILED, failed_at=when, due_at=None
        )

        assert self.shown(panel)[1] == count

    def test_is_counted_though_not_all_are_shown(self, panel, failed):
        for number in range(4):
            make_appointment(make_host(name=f"Host{number}"), visitor_phone=f"+4477009001{number:02}")
        Notification.objects.update(state=State.FAILED, failed_at=timezone.now(), due_at=None)

        context = panel.get("/admin/").context
        assert (len(context["failed"]), context["failed_count"]) == (10, 20)

    def test_is_sent_again_from_there_to_the_present_address(self, desk, failed, host):
        host.email = "anika.rao@meridianhouse.example"
        host.save()
        email = failed.notifications.get(audience="host", channel="email")
        page = desk.get("/admin/").content.decode()

        answer = desk.post(f"/admin/notifications/notification/{email.pk}/send-again/", {"next": "/admin/"})

        assert "Send again to anika.rao@meridianhouse.example" in page
        assert answer.headers["Location"] == "/admin/"
        email.refresh_from_db()
        assert (email.state, email.recipient) == (State.QUEUED, "anika.rao@meridianhouse.example")

    def test_so_is_a_test_of_a_hosts_address(self, panel, host):
        panel.post(f"/admin/hosts/host/{host.pk}/test/")
        host.email = "anika.rao@meridianhouse.example"
        host.save()
        email = Notification.objects.about(host).get(channel="email")
        Notification.objects.filter(pk=email.pk).update(state=State.FAILED, failed_at=timezone.now(), due_at=None)

        panel.post(f"/admin/notifications/notification/{email.pk}/send-again/")

        email.refresh_from_db()
        assert (email.state, email.recipient) == (State.QUEUED, "anika.rao@meridianhouse.example")


class TestWhatIsLate:
    @pytest.fixture(autouse=True)
    def worker(self, db):
        return Worker.objects.create(id="one", seen_at=timezone.now())

    def test_is_there_with_the_providers_words_and_how_many_wait(self, desk, in_person):
        for notification in in_person.notifications.filter(channel="email"):
            held = claims.claim(notification.pk)
            assert held is not None
            claims.settle(held, Postponed("The mail server answered 535: 5.7.8 Bad credentials", timedelta(minutes=9)))
        in_person.notifications.filter(channel="sms").update(state=State.SENT, due_at=None)
        in_person.notifications.update(created_at=timezone.now() - timedelta(minutes=2))

        page = desk.get("/admin/").content.decode()

        assert "2 messages are late" in page
        assert "535: 5.7.8 Bad credentials" in page
        assert "No message needs anybody now." not in page

    def test_is_not_there_before_two_minutes(self, panel, in_person):
        in_person.notifications.update(created_at=timezone.now() - timedelta(minutes=1))

        assert not panel.get("/admin/").context["late"]

    @pytest.mark.usefixtures("alone")
    def test_is_told_from_a_worker_that_does_not_run(self, panel, in_person, worker):
        worker.delete()
        in_person.notifications.update(created_at=timezone.now())

        page = panel.get("/admin/").content.decode()

        assert "No worker is running" in page
        assert "are late" not in page


@pytest.mark.parametrize("state", [State.WITHHELD, State.KEPT])
def test_while_a_visit_goes_on_of_which_nobody_was_told_nothing_is_said_to_be_well(panel, in_person, settings, state):
    Worker.objects.create(id="one", seen_at=timezone.now())
    settings.NOTIFICATION_CHANNELS = ["notifications.email.channel.Email"]
    in_person.notifications.update(state=State.SENT)
    assert "No message needs anybody now." in panel.get("/admin/").content.decode()

    in_person.notifications.filter(audience="host").update(state=state, withheld=Withheld.OFFICE)

    page = panel.get("/admin/").content.decode()
    assert "No message needs anybody now." not in page
    assert ("2 messages about visits going on were kept here, and sent to nobody." in page) == (state == State.KEPT)
    in_person.end(EndedBy.HOST)
    assert "kept here" not in panel.get("/admin/").content.decode()


def test_while_nothing_is_set_up_nothing_is_said_to_be_well(panel, settings):
    Worker.objects.create(id="one", seen_at=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    page = panel.get("/admin/").content.decode()

    assert "Nothing is sent by email: it is not set up." in page
    assert "Nothing is sent by text: it is not set up." in page
    assert "No message needs anybody now." not in page
