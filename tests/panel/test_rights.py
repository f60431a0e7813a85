"""The permissions in the panel."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from panel.registry import MANAGERS, RECEPTION

# Listed here in full, so that a permission granted by mistake is detected.
RIGHTS = {
    MANAGERS: {
        ("accounts", "view_event"),
        ("admin", "view_logentry"),
        ("appointments", "end_appointment"),
        ("appointments", "export_appointment"),
        ("appointments", "renew_links_appointment"),
        ("appointments", "view_appointment"),
        ("chat", "view_message"),
        ("hosts", "add_host"),
        ("hosts", "change_host"),
        ("hosts", "delete_host"),
        ("hosts", "export_host"),
        ("hosts", "view_host"),
        ("kiosks", "add_kiosk"),
        ("kiosks", "change_kiosk"),
        ("kiosks", "delete_kiosk"),
        ("kiosks", "renew_poster"),
        ("kiosks", "view_kiosk"),
        ("notifications", "see_delivery_notification"),
        ("notifications", "send_again_notification"),
        ("notifications", "view_notification"),
        ("offices", "change_office"),
        ("offices", "view_office"),
        ("rollcall", "take_rollcall"),
        ("rollcall", "view_rollcall"),
    },
    RECEPTION: {
        ("appointments", "end_appointment"),
        ("appointments", "view_appointment"),
        ("hosts", "view_host"),
        ("notifications", "see_delivery_notification"),
        ("notifications", "send_again_notification"),
        ("rollcall", "take_rollcall"),
        ("rollcall", "view_rollcall"),
    },
}


@pytest.mark.parametrize("group", [MANAGERS, RECEPTION])
def test_each_group_has_exactly_its_rights(db, group):
    held = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")

    assert set(held) == RIGHTS[group]


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
    assert in_person.ended_by == "reception"
    assert LogEntry.objects.get().user == receptionist


def test_reception_neither_changes_nor_deletes_a_host(desk, host):
    assert desk.post(reverse("admin:hosts_host_change", args=[host.pk]), {"name": "X"}).status_code == 403
    assert desk.post(reverse("admin:hosts_host_delete", args=[host.pk]), {"post": "yes"}).status_code == 403


def test_a_manager_and_a_superuser_end_as_office_managers(panel, admin_client, in_person, remote):
    for client, appointment in ((panel, in_person), (admin_client, remote)):
        client.post(reverse("admin:appointments_appointment_end", args=[appointment.pk]))

        appointment.refresh_from_db()
        assert appointment.ended_by == "manager"


def test_reception_reads_neither_messages_nor_the_change_log(desk, in_person):
    message = in_person.notifications.first()
    assert desk.get("/admin/notifications/notification/").status_code == 403
    assert desk.get(reverse("admin:notifications_notification_change", args=[message.pk])).status_code == 403
    assert desk.get("/admin/admin/logentry/").status_code == 403


def test_reception_sees_what_became_of_messages_without_any_link_of_a_person(desk, in_person):
    in_person.notifications.update(state="failed", failed_at=timezone.now(), due_at=None, reason="No such mailbox")

    record = desk.get(reverse("admin:appointments_appointment_change", args=[in_person.pk])).content.decode()
    today = desk.get("/admin/").content.decode()

    for page in (record, today):
        assert "No such mailbox" in page
        assert "Visitor is here" in page
        assert "Send again to anika@meridianhouse.example" in page
        assert in_person.host_token not in page
        assert in_person.visitor_token not in page
        assert "/admin/notifications/notification/?" not in page


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
