"""A host who leaves the organisation, and the record that remains."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from appointments.choices import EndedBy, Role
from panel.registry import MANAGERS
from tests.services.loop import outside_the_loop

PASSWORD = "a quiet front desk"


@pytest.fixture
def panel(page: Page, server) -> Page:
    """The host panel, after the office manager has logged in with its form."""
    manager = User.objects.create_user("maria", password=PASSWORD, is_staff=True)
    manager.groups.add(Group.objects.get(name=MANAGERS))
    page.goto("/")
    page.get_by_role("link", name="Host panel").click()
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


def test_a_host_deleted_in_the_panel_stays_in_the_record(host, in_person, panel, phone):
    with outside_the_loop():
        in_person.end(EndedBy.VISITOR)
    panel.goto(f"/admin/hosts/host/{host.pk}/delete/")
    panel.get_by_role("button", name="Delete this host").click()

    phone.goto(in_person.url(Role.VISITOR))
    expect(phone.get_by_text("Anika Rao")).to_be_visible()
    expect(phone.get_by_text("12 Residency Road")).to_be_visible()
    panel.goto(f"/admin/appointments/appointment/{in_person.pk}/change/")
    expect(panel.get_by_text("Anika Rao").first).to_be_visible()
    phone.goto("/")
    expect(phone.get_by_role("radio", name="Anika Rao")).to_be_hidden()


def test_a_host_with_an_appointment_going_on_is_kept_and_the_panel_says_why(host, in_person, panel):
    panel.goto(f"/admin/hosts/host/{host.pk}/delete/")

    expect(panel.get_by_text("cannot be deleted while an appointment is going on")).to_be_visible()
    expect(panel.get_by_role("button", name="Delete this host")).to_be_hidden()
