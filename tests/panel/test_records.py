"""Appointments and notifications in the panel: readable, and nothing else."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from appointments.models import EndedBy
from tests.cast import make_appointment, make_host


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
    monkeypatch.setattr("entrymgmt.panel.records.COUNT_LIMIT", 2)

    page = " ".join(panel.get("/admin/appointments/appointment/").content.decode().split())

    assert "2 or more appointments: these are the first 2. Search or filter to reach the others." in page
