"""Two people at two devices, with one page of the panel open on each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from hosts.models import Host, Presence
from tests.panel.pages import DISPUTE
from tests.panel.test_in_browser import violations
from tests.services.browser import TABLET

pytestmark = [pytest.mark.usefixtures("server"), pytest.mark.once]


@pytest.fixture
def morning(new_context, sign_in):
    """The device on which a page has been open since morning; axe needs its own styles there."""
    return sign_in(new_context(**TABLET, bypass_csp=True).new_page())


@pytest.fixture
def colleague(new_context, sign_in):
    """The device of a colleague."""
    return sign_in(new_context(**TABLET).new_page())


def presence_of(name, page):
    return page.get_by_label(f"Presence of {name}")


def save(page):
    page.get_by_role("button", name="Save", exact=True).first.click()


def set_presence(name, presence, page):
    presence_of(name, page).select_option(presence)
    save(page)


@pytest.fixture
def anika_is_away(morning, colleague, host, remote_host):
    """A colleague has set this in the list, which was open on both devices."""
    for page in (morning, colleague):
        page.goto("/admin/hosts/host/")
    set_presence("Anika Rao", "away", colleague)
    expect(colleague.get_by_text("1 host was changed successfully.")).to_be_visible()


@pytest.mark.usefixtures("anika_is_away")
def test_a_list_that_was_open_since_morning_changes_one_host(morning):
    set_presence("Tomás Herrera", "away", morning)

    expect(morning.get_by_text("it was kept: Anika Rao, Presence: “Away”.")).to_be_visible()
    expect(presence_of("Anika Rao", morning)).to_have_value("away")
    assert set(Host.objects.values_list("presence", flat=True)) == {Presence.AWAY}


@pytest.mark.usefixtures("anika_is_away")
def test_a_row_that_both_have_changed_asks_once_more(morning, host):
    set_presence("Anika Rao", "remote", morning)

    expect(morning.get_by_role("row", name="Anika Rao").get_by_text(DISPUTE.format("Away"))).to_be_visible()
    expect(presence_of("Anika Rao", morning)).to_have_value("remote")
    assert violations(morning) == []
    save(morning)
    expect(morning.get_by_text("1 host was changed successfully.")).to_be_visible()
    host.refresh_from_db()
    assert host.presence == Presence.REMOTE


def test_a_form_loses_nothing_of_either(morning, colleague, host):
    for page in (morning, colleague):
        page.goto(f"/admin/hosts/host/{host.pk}/change/")
    colleague.get_by_role("textbox", name="Title").fill("Director")
    colleague.get_by_role("textbox", name="Phone").fill("+91 98765 00000")
    save(colleague)
    expect(colleague.get_by_text("was changed successfully")).to_be_visible()

    morning.get_by_role("textbox", name="Title").fill("Head of Fish")
    morning.get_by_role("textbox", name="Address").fill("1 Quay Street")
    save(morning)

    expect(morning.get_by_text(DISPUTE.format("Director"))).to_be_visible()
    expect(morning.get_by_role("textbox", name="Title")).to_have_value("Head of Fish")
    expect(morning.get_by_role("textbox", name="Address")).to_have_value("1 Quay Street")
    expect(morning.get_by_role("textbox", name="Phone")).to_have_value("+91 98765 00000")
    expect(morning.get_by_role("textbox", name="Phone")).to_have_accessible_description(
        re.compile(r"^Somebody else has changed this meanwhile\.")
    )
    assert violations(morning) == []
    save(morning)
    expect(morning.get_by_text("was changed successfully")).to_be_visible()
    host.refresh_from_db()
    assert (host.title, host.address, host.phone) == ("Head of Fish", "1 Quay Street", "+919876500000")
