"""The office in the host panel."""

import pytest
from django.contrib.admin.models import LogEntry
from playwright.sync_api import expect

from offices.current import current_office
from offices.models import LIMITS, Office

FORM = {
    "name": "Harbour Lights",
    "address": "1 Quay Street",
    "time_zone": "Pacific/Auckland",
    "phone_region": "NZ",
    "reception_phone": "09 555 0100",
    "link_retention_days": 14,
    "chat_wait_seconds": 60,
    "sms_regions": "nz au",
    **dict.fromkeys(LIMITS, 7),
}


@pytest.fixture
def unfixed(settings, office):
    """An installation whose environment fixes nothing of the office."""
    settings.OFFICE_FIXED = {}


@pytest.fixture
def page(panel) -> str:
    """The URL of the form."""
    return panel.get("/admin/offices/office/").headers["Location"]


def test_the_menu_leads_to_the_one_form(panel, page):
    assert 'href="/admin/offices/office/"' in panel.get("/admin/").content.decode()
    assert panel.get("/admin/offices/office/").headers["Location"] == page
    assert Office.objects.count() == 1


def test_what_is_saved_stays_and_is_in_the_change_log(panel, page, unfixed, manager):
    panel.post(page, FORM)

    office = Office.objects.get()
    assert (office.name, office.time_zone, office.reception_phone) == (
        "Harbour Lights",
        "Pacific/Auckland",
        "+6495550100",
    )
    assert LogEntry.objects.get().user == manager


def test_what_the_environment_fixes_is_shown_as_fixed_and_not_changed(panel, page, office):
    office(name="Fixed House", time_zone="Asia/Kolkata")

    shown = panel.get(page).content.decode()
    panel.post(page, FORM)

    assert "Fixed by ORGANISATION_NAME in the environment of this installation." in shown
    assert 'value="Fixed House"' in shown
    assert (Office.objects.get().name, Office.objects.get().time_zone) == ("Fixed House", "Asia/Kolkata")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", " \u200b ", "This field is required"),
        ("time_zone", "Bengaluru", "Select a valid choice"),
        ("phone_region", "India", "Select a valid choice"),
        ("reception_phone", "front desk", "Enter a phone number with its country code, like +64"),
        ("link_retention_days", "0", "greater than or equal to 1"),
        ("link_retention_days", "99999", "less than or equal to 3650"),
        ("chat_wait_seconds", "soon", "Enter a whole number"),
        ("sms_regions", "NZ, Atlantis", "Enter country codes such as IN, GB, or *; ATLANTIS is none"),
        ("texts_day", "0", "greater than or equal to 1"),
        ("checkins_per_address_hour", "1000000", "less than or equal to 100000"),
        ("visits_per_visitor", "", "This field is required"),
    ],
)
def test_a_wrong_value_gets_a_sentence_and_changes_nothing(panel, page, unfixed, field, typed, sentence):
    answer = panel.post(page, {**FORM, field: typed})

    assert sentence in answer.content.decode()
    assert Office.objects.get().name == "Our office"


def test_every_limit_is_in_the_form_and_counts_once_saved(panel, page, unfixed):
    shown = panel.get(page).content.decode()
    panel.post(page, FORM)

    assert [name for name in LIMITS if f'name="{name}"' not in shown] == []
    assert {getattr(current_office(), name) for name in LIMITS} == {7}
    assert current_office().text_regions == frozenset({"NZ", "AU"})


@pytest.mark.parametrize(
    ("sms_regions", "phone_region", "regions"),
    [("", "IN", frozenset({"IN"})), ("", "", None), ("*", "IN", None), ("GB, us", "IN", frozenset({"GB", "US"}))],
)
def test_texts_go_to_the_countries_that_the_office_allows(sms_regions, phone_region, regions):
    assert Office(sms_regions=sms_regions, phone_region=phone_region).text_regions == regions


@pytest.mark.parametrize(
    ("name", "shown"), [("The Old Harbour Lights House", "The Old Harbour Lig."), ("東京", "the office")]
)
def test_a_name_that_texts_have_no_room_for_is_said(panel, page, unfixed, name, shown):
    answer = panel.post(page, {**FORM, "name": name, "_continue": "1"}, follow=True)

    assert f"Texts have no room for this name: they say “{shown}”." in answer.content.decode()


def test_the_office_is_neither_added_nor_deleted(panel, page):
    assert panel.get("/admin/offices/office/add/").status_code == 403
    assert panel.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_reception_does_not_see_it(desk):
    assert desk.get("/admin/offices/office/").status_code == 403


@pytest.mark.parametrize("where", ["tablet", "phone"])
def test_the_manager_sets_the_office_up(open_device, sign_in, where, server):
    page = sign_in(open_device(where))
    page.goto("/admin/offices/office/")

    expect(page.get_by_label("Name", exact=False).first).to_be_disabled()
    page.get_by_label("Address").fill("12 Residency Road")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Office.objects.get().address == "12 Residency Road"
