import pytest
from django.core.checks import run_checks

from notifications.sms.text import has_room_for


def ids():
    return [message.id for message in run_checks() if str(message.id).startswith("appointments")]


def test_the_settings_of_the_design_leave_room_for_every_text(settings):
    settings.SITE_URL = "https://" + "x" * (54 - 25 - 8)

    assert ids() == []


@pytest.mark.parametrize(("characters", "found"), [(30, ["appointments.W001"]), (90, ["appointments.E001"])])
def test_a_longer_site_address_is_reported_before_a_visitor_waits(settings, characters, found):
    settings.SITE_URL = "https://" + "x" * (characters - 8)

    assert ids() == found


@pytest.mark.parametrize(("letters", "has_room"), [(0, True), (20, True), (21, False)])
def test_texts_have_room_for_a_name_of_twenty_letters(letters, has_room):
    assert has_room_for("A" * letters) is has_room


@pytest.mark.parametrize("name", ["ナオミ商会", "A name of an organisation"])
def test_an_organisation_that_texts_cannot_name_is_reported(office, name):
    office(name=name)

    assert ids() == ["appointments.W002"]
