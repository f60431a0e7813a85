"""The host directory, as the office manager uses it."""

from django.urls import reverse

from appointments.models import Appointment, EndedBy
from hosts.models import Host, Presence
from tests.cast import make_appointment, make_host

LIST = "/admin/hosts/host/"
NEW = {
    "name": "Naomi Tanaka",
    "title": "Legal",
    "presence": "in_office",
    "is_active": "on",
    "email": "naomi@meridianhouse.example",
    "phone": "098765 43299",
    "address": "4th floor",
}


def test_a_number_typed_nationally_is_stored_as_e164(panel):
    panel.post(reverse("admin:hosts_host_add"), NEW)

    assert Host.objects.get().phone == "+919876543299"


def test_a_wrong_number_gets_a_sentence_and_nothing_typed_is_lost(panel):
    page = panel.post(reverse("admin:hosts_host_add"), NEW | {"phone": "12 rue"}).content.decode()

    assert "Enter a phone number with its country code, like +91 81234 56789" in page
    assert "12 rue" in page
    assert "Naomi Tanaka" in page


def test_an_address_in_use_by_another_host_is_refused_beside_the_field(panel, host):
    page = panel.post(reverse("admin:hosts_host_add"), NEW | {"email": host.email.upper()}).content.decode()

    assert page.count("Another host has this email address") == 1
    assert Host.objects.count() == 1


def test_presence_is_changed_in_the_list(panel, host):
    row = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": host.pk, "form-0-presence": "away"}

    panel.post(LIST, row | {"_save": "Save"})

    host.refresh_from_db()
    assert host.presence == Presence.AWAY


def test_deleting_a_host_keeps_the_history(panel, host, in_person):
    in_person.end(EndedBy.VISITOR)

    panel.post(reverse("admin:hosts_host_delete", args=[host.pk]), {"post": "yes"})

    assert not Host.objects.exists()
    assert Appointment.objects.get().host_name == "Anika Rao"


def test_a_host_with_an_appointment_going_on_is_not_deleted_and_the_panel_says_why(panel, host, in_person):
    page = panel.post(reverse("admin:hosts_host_delete", args=[host.pk]), {"post": "yes"}).content.decode()

    assert "Anika Rao cannot be deleted while an appointment is going on" in page
    assert "Yusuf Al-Masri" in page
    assert Host.objects.exists()


def test_deleting_several_refuses_all_while_one_has_an_appointment_going_on(panel, host, in_person):
    idle = make_host(name="Chen Wei")

    page = panel.post(
        LIST, {"action": "delete_selected", "_selected_action": [host.pk, idle.pk], "post": "yes"}
    ).content.decode()

    assert "Nobody can be deleted while one of these appointments is going on" in page
    assert Host.objects.count() == 2


def test_deleting_several_deletes_them(panel, host):
    panel.post(LIST, {"action": "delete_selected", "_selected_action": [host.pk], "post": "yes"})

    assert not Host.objects.exists()


def test_a_hosts_page_shows_the_appointments_held_with_a_link_to_each(panel, host, in_person):
    page = panel.get(reverse("admin:hosts_host_change", args=[host.pk])).content.decode()

    assert reverse("admin:appointments_appointment_change", args=[in_person.pk]) in page


def test_the_number_of_queries_of_a_hosts_page_does_not_grow_with_its_appointments(
    panel, host, django_assert_max_num_queries
):
    for _ in range(25):
        make_appointment(host).end(EndedBy.HOST)

    with django_assert_max_num_queries(14):
        page = panel.get(reverse("admin:hosts_host_change", args=[host.pk])).content.decode()

    assert "Older" in page
