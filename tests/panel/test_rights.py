"""Who may do what in the panel."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from appointments.models import Appointment
from entrymgmt.panel.rights import MANAGERS, RECEPTION, RIGHTS


@pytest.mark.parametrize("group", [MANAGERS, RECEPTION])
def test_each_group_has_exactly_its_rights(db, group):
    held = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")

    assert set(held) == {(app, codename) for app, codenames in RIGHTS[group].items() for codename in codenames}


def test_a_right_lost_comes_back_with_the_next_migration(db):
    Group.objects.get(name=MANAGERS).permissions.clear()

    call_command("migrate", verbosity=0)

    test_each_group_has_exactly_its_rights(db, MANAGERS)


def test_an_office_manager_sees_no_accounts(panel):
    assert panel.get("/admin/auth/user/").status_code == 403
    assert "Groups" not in panel.get("/admin/").content.decode()


def test_reception_ends_an_appointment_and_the_log_says_who(desk, receptionist, in_person):
    desk.post(reverse("admin:appointments_appointment_end", args=[in_person.pk]))

    in_person.refresh_from_db()
    assert in_person.ended_by == "manager"
    assert LogEntry.objects.get().user == receptionist


def test_reception_neither_changes_nor_deletes_a_host(desk, host):
    assert desk.post(reverse("admin:hosts_host_change", args=[host.pk]), {"name": "X"}).status_code == 403
    assert desk.post(reverse("admin:hosts_host_delete", args=[host.pk]), {"post": "yes"}).status_code == 403


def test_reception_sees_neither_messages_nor_the_change_log(desk, in_person):
    assert desk.get("/admin/notifications/notification/").status_code == 403
    assert desk.get("/admin/admin/logentry/").status_code == 403
    record = desk.get(reverse("admin:appointments_appointment_change", args=[in_person.pk])).content.decode()
    assert "Notifications" not in record


def test_who_may_only_see_hosts_ends_nothing(client, in_person, django_user_model):
    client.force_login(django_user_model.objects.create_user("sam", is_staff=True))

    assert client.post(reverse("admin:appointments_appointment_end", args=[in_person.pk])).status_code == 403
    assert client.get("/admin/").status_code == 200
    assert Appointment.objects.ongoing().exists()


def test_every_change_is_in_the_log_for_the_manager_to_see(panel, host):
    row = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": host.pk, "form-0-presence": "away"}
    panel.post("/admin/hosts/host/", row | {"_save": "Save"})

    page = panel.get("/admin/admin/logentry/").content.decode()

    assert "maria" in page
    assert "Changed Presence" in page
    assert reverse("admin:hosts_host_change", args=[host.pk]) in page
