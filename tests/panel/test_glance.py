"""The first page of the panel."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from appointments.models import Appointment, EndedBy, Kind
from notifications.models import Notification, State
from tests.cast import make_appointment, make_host


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


def age(appointment: Appointment, days: int, minutes: int) -> None:
    """Let the appointment have begun so many days ago and have lasted so many minutes."""
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


def test_shows_what_failed_with_its_reason(panel, in_person):
    Notification.objects.filter(audience="host", channel="sms").delete()
    Notification.objects.create(
        subject=in_person, event="started", audience="host", channel="sms", recipient="+919876543201",
        template="host-arrival", facts={}, state=State.FAILED, failed_at=timezone.now(),
        reason="The number is not valid", due_at=None,
    )  # fmt: skip

    page = panel.get("/admin/").content.decode()

    assert "The number is not valid" in page
    assert "+919876543201" in page


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
def test_needs_twelve_queries_at_most_however_much_there_is(panel, rows, django_assert_max_num_queries):
    for number in range(rows):
        visit = make_appointment(make_host(name=f"Host{number}"))
        Notification.objects.filter(object_id=visit.pk).delete()
        Notification.objects.create(
            subject=visit, event="started", audience="host", channel="sms", recipient="+919876543201",
            template="host-arrival", facts={}, state=State.FAILED, failed_at=timezone.now(), due_at=None,
        )  # fmt: skip
    cache.clear()

    with django_assert_max_num_queries(12):
        panel.get("/admin/")
