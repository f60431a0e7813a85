"""A key that has leaked is changed softly: what the earlier one signed still counts until it is dropped."""

import secrets

import pytest
from django.conf import settings as django_settings
from django.test import Client

from kiosks.models import Kiosk
from tests.panel.conftest import panel  # noqa: F401

NEW = secrets.token_urlsafe(50)


@pytest.fixture
def change_key(settings):
    """Puts another key in place of the present one, and keeps that as a fallback or not."""

    def change(*, soft: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY] if soft else []
        settings.SECRET_KEY = NEW

    return change


@pytest.mark.django_db
@pytest.mark.parametrize(("soft", "status"), [(True, 200), (False, 302)])
def test_a_colleague_stays_logged_in_while_the_earlier_key_counts(manager, change_key, soft, status):
    client = Client()
    client.force_login(manager)

    change_key(soft=soft)

    assert client.get("/admin/").status_code == status
    # Without the earlier key, too, because the session has been signed anew.
    if soft:
        django_settings.SECRET_KEY_FALLBACKS = []
        assert client.get("/admin/").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("soft", [True, False])
def test_a_reception_screen_stays_one_while_the_earlier_key_counts(panel, change_key, soft):  # noqa: F811
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    assert Kiosk.objects.exists()

    change_key(soft=soft)

    assert (b"entry/kiosk.js" in panel.get("/").content) == soft
