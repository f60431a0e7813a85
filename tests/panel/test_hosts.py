"""The host directory, as the office manager uses it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from appointments.choices import EndedBy, Kind
from appointments.models import Appointment
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
    response = panel.post(reverse("admin:hosts_host_add"), NEW | {"email": host.email.upper()})

    assert response.content.decode().count("Another host has this email address") == 1
    assert response.context["errors"] == [["Another host has this email address"]]
    assert Host.objects.count() == 1


def test_a_host_keeps_the_address_when_the_rest_is_changed(panel, host):
    panel.post(reverse("admin:hosts_host_change", args=[host.pk]), NEW | {"email": host.email.upper()})

    host.refresh_from_db()
    assert (host.name, host.email) == ("Naomi Tanaka", "ANIKA@MERIDIANHOUSE.EXAMPLE")


def test_presence_is_changed_in_the_list(panel, host):
    row = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": host.pk, "form-0-presence": "away"}

    panel.post(LIST, row | {"_save": "Save"})

    host.refresh_from_db()
    assert host.presence == Presence.AWAY


def test_the_list_says_whose_presence_each_field_is(panel, host, remote_host):
    page = panel.get(LIST).content.decode()

    assert 'aria-label="Presence of Anika Rao"' in page
    assert 'aria-label="Presence of Tomás Herrera"' in page


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("set_in_office", "presence", Presence.IN_OFFICE),
        ("set_remote", "presence", Presence.REMOTE),
        ("set_away", "presence", Presence.AWAY),
        ("hide", "is_active", False),
        ("list_again", "is_active", True),
    ],
)
def test_several_hosts_are_changed_at_once_and_the_log_says_so(panel, manager, host, action, field, value):
    chosen = [host, make_host(name="Bea Novak")]
    spared = make_host(name="Chen Wei")
    before = {"presence": Presence.REMOTE, "is_active": not value}
    if value == Presence.REMOTE:
        before["presence"] = Presence.AWAY
    Host.objects.update(**before)

    answer = panel.post(LIST, {"action": action, "_selected_action": [each.pk for each in chosen]}, follow=True)

    assert [str(message) for message in answer.context["messages"]] == ["2 hosts changed."]
    assert set(Host.objects.filter(**{field: value})) == set(chosen)
    spared.refresh_from_db()
    assert getattr(spared, field) == before[field]
    logged = LogEntry.objects.filter(user=manager)
    assert {entry.object_id for entry in logged} == {str(each.pk) for each in chosen}
    changed = "Presence" if field == "presence" else "Listed at check-in"
    assert {entry.get_change_message() for entry in logged} == {f"Changed {changed}."}


def test_a_new_host_sits_where_the_one_added_last_does_or_else_at_the_offices_address(panel, office):
    add = reverse("admin:hosts_host_add")
    office(address="12 Residency Road")
    assert panel.get(add).context["adminform"].form.initial["address"] == "12 Residency Road"

    make_host(name="Anika Rao", address="4th floor")
    make_host(name="Bea Novak", address="5th floor")

    assert panel.get(add).context["adminform"].form.initial["address"] == "5th floor"


def test_a_hosts_page_counts_the_visits_of_thirty_days_by_kind(panel, host):
    for days, kind in ((1, Kind.REMOTE), (29, Kind.IN_PERSON), (29, Kind.REMOTE), (31, Kind.REMOTE)):
        appointment = make_appointment(host, kind=kind)
        appointment.end(EndedBy.HOST)
        started_at = timezone.now() - timedelta(days=days)
        Appointment.objects.filter(pk=appointment.pk).update(started_at=started_at)

    page = panel.get(reverse("admin:hosts_host_change", args=[host.pk])).context

    assert (page["in_person"], page["remote"], len(page["page"].object_list)) == (1, 2, 4)


def test_who_may_not_see_appointments_sees_none_on_a_hosts_page(client, host, in_person, django_user_model):
    someone = django_user_model.objects.create_user("someone", is_staff=True)
    someone.user_permissions.add(Permission.objects.get(codename="view_host"))
    client.force_login(someone)

    page = client.get(reverse("admin:hosts_host_change", args=[host.pk]))

    assert page.status_code == 200
    assert "Yusuf Al-Masri" not in page.content.decode()


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


def test_a_hosts_page_leads_to_older_appointments(panel, host):
    for number in range(25):
        make_appointment(host, visitor_name=f"Visitor {number}").end(EndedBy.HOST)
    page = reverse("admin:hosts_host_change", args=[host.pk])

    assert "Visitor 0<" not in panel.get(page).content.decode()
    assert "Visitor 0<" in panel.get(f"{page}?page=2").content.decode()


def test_the_number_of_queries_of_a_hosts_page_does_not_grow_with_its_appointments(
    panel, host, django_assert_max_num_queries
):
    for _ in range(25):
        make_appointment(host).end(EndedBy.HOST)

    with django_assert_max_num_queries(14):
        page = panel.get(reverse("admin:hosts_host_change", args=[host.pk])).content.decode()

    assert "Older" in page
