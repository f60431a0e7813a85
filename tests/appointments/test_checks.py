import pytest
from django.core.checks import run_checks


def ids():
    return [message.id for message in run_checks() if str(message.id).startswith("appointments")]


def test_the_settings_of_the_design_leave_room_for_every_text(settings):
    settings.SITE_URL = "https://" + "x" * (54 - 25 - 8)

    assert ids() == []


@pytest.mark.parametrize(("characters", "found"), [(30, ["appointments.W001"]), (60, ["appointments.E001"])])
def test_a_longer_site_address_is_reported_before_a_visitor_waits(settings, characters, found):
    settings.SITE_URL = "https://" + "x" * (characters - 8)

    assert ids() == found


@pytest.mark.parametrize("name", ["ナオミ商会", "A name of an organisation"])
def test_an_organisation_that_texts_cannot_name_is_reported(settings, name):
    settings.ORGANISATION_NAME = name

    assert ids() == ["appointments.W002"]
