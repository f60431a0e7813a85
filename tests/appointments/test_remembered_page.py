"""The check-in page is rendered once for all visitors, and anew as soon as it would say something else."""

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import trans_real

from appointments.checkin.page import empty_page
from appointments.choices import EndedBy
from appointments.models import Appointment
from hosts.models import Host, Presence
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host

PATHS = ["/", "/hosts/"]
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]+)"')


def shown(path: str = "/", **query: str) -> str:
    """What a new visitor gets."""
    return Client().get(path, query).content.decode()


def hidden(page: str) -> dict[str, str]:
    """The values of the hidden fields, by name."""
    return dict(HIDDEN.findall(page))


def plain(page: str) -> str:
    """The page without these values."""
    return HIDDEN.sub("", page)


def rendered(path: str) -> list[str]:
    """The templates that were rendered for a new visitor."""
    return [str(template.name) for template in Client().get(path).templates]


@pytest.fixture
def front_desk(panel: Client) -> Client:
    """A device that an office manager has just added as a reception screen."""
    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    return panel


@pytest.fixture(params=PATHS)
def path(request, host) -> str:
    """The page, or the list that open pages fetch, after somebody else has seen it."""
    shown(request.param)
    return str(request.param)


def test_a_host_added_shows_at_once(path):
    make_host(name="Chen Wei")

    assert "Chen Wei" in shown(path)


def test_a_host_renamed_shows_at_once(path, host):
    Host.objects.filter(pk=host.pk).update(name="Anika Rao-Sen", title="Partner")

    assert "<strong>Anika Rao-Sen</strong>\n<span>Partner</span>" in shown(path)


def test_a_host_hidden_or_deleted_is_gone_at_once(path, host):
    other = make_host(name="Chen Wei")
    assert "Chen Wei" in shown(path)

    Host.objects.filter(pk=host.pk).update(is_active=False)
    other.delete()

    assert "Anika Rao" not in shown(path)
    assert "Chen Wei" not in shown(path)


@pytest.mark.parametrize(
    ("presence", "label"), [(Presence.AWAY, "Away"), (Presence.REMOTE, "Working remotely"), (Presence.IN_OFFICE, "Av")]
)
def test_a_presence_shows_at_once(path, host, presence, label):
    Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY if presence != Presence.AWAY else Presence.REMOTE)
    shown(path)

    Host.objects.filter(pk=host.pk).update(presence=presence)

    assert f"</svg> {label}" in shown(path)


def test_a_host_taken_and_free_again_shows_at_once(path, host):
    visit = make_appointment(host)
    taken = shown(path)
    visit.end(EndedBy.VISITOR)

    assert "Anika Rao has a visitor." in taken
    assert "Anika Rao is available." in shown(path)


def test_a_host_whom_an_unanswered_visit_releases_is_free_at_once(path, host):
    make_appointment(host)
    assert "Anika Rao has a visitor." in shown(path)

    Appointment.objects.update(holds_host=False)

    assert "Anika Rao is available." in shown(path)


def test_a_change_that_is_taken_back_leaves_no_trace(path, host):
    before = shown(path)
    Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY)
    shown(path)

    Host.objects.filter(pk=host.pk).update(presence=Presence.IN_OFFICE)

    assert plain(shown(path)) == plain(before)


def test_each_language_has_its_own(path, host, monkeypatch):
    catalogue: Any = trans_real.translation("de")
    monkeypatch.setitem(catalogue._catalog._catalogs[0], "Available", "Verfügbar")
    with translation.override("de"):
        german = shown(path)
        assert "</svg> Verfügbar" in german

    assert "</svg> Available" in shown(path)
    with translation.override("de"):
        assert plain(shown(path)) == plain(german)


def test_the_office_shows_at_once(host, office):
    shown()

    office(name="Brook House", phone_region="GB")

    page = shown()
    assert "Brook House" in page
    assert "like +44" in page


def test_the_clock_is_that_of_the_present_minute_and_zone(host, office, monkeypatch):
    noon = timezone.now().replace(hour=12, minute=0, second=59)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    monkeypatch.setattr("core.templatetags.entry.now", lambda: noon)
    office(time_zone="UTC")
    assert "<b>12:00</b>" in shown()

    office(time_zone="Asia/Kolkata")
    assert "<b>17:30</b>" in shown()

    noon += timedelta(seconds=1)
    assert "<b>17:31</b>" in shown()


def test_the_page_that_is_kept_is_in_the_zone_that_it_is_kept_for(host, office, rf):
    office(time_zone="Asia/Kolkata")

    with timezone.override("UTC"):
        page = empty_page(rf.get("/")).content.decode()

    assert "+05:30" in page


def test_two_visitors_share_nothing_that_is_hidden(host):
    first, second = hidden(shown()), hidden(shown())

    assert first.keys() == second.keys() == {"csrfmiddlewaretoken", "idempotency_key"}
    assert not set(first.values()) & set(second.values())


def test_what_one_visitor_has_typed_and_chosen_is_on_no_other_page(host):
    refused = Client().post("/", typed(host, phone="none")).content.decode()
    assert "checked" in refused

    for page in (shown(), shown("/hosts/")):
        assert "yusuf@visitor.example" not in page
        assert "checked" not in page
        assert "aria-invalid" not in page


def test_a_form_without_a_host_marks_the_list_for_its_visitor_alone(host):
    refused = Client().post("/", typed(host, host="")).content.decode()

    assert 'aria-invalid="true" aria-describedby="host-error"' in refused
    assert "host-error" not in shown()


def test_a_search_leaves_the_list_of_others_whole(host):
    make_host(name="Chen Wei")

    assert "Anika Rao" not in shown(q="chen")
    assert "Anika Rao" in shown()


def test_a_reception_screen_has_a_page_of_its_own(host, front_desk):
    on_phone, on_screen = shown(), front_desk.get("/").content.decode()

    assert "Remember my details" in on_phone
    assert "Remember my details" not in on_screen
    assert 'id="answers"' in on_screen
    assert "Remember my details" in shown()
    assert 'id="answers"' not in shown()


def test_the_form_of_the_page_checks_in(host):
    visitor = Client(enforce_csrf_checks=True)
    values = hidden(visitor.get("/").content.decode())

    response = visitor.post("/", typed(host, action="chat", **values))

    assert response.status_code == 302
    assert str(Appointment.objects.get().idempotency_key) == values["idempotency_key"]


def test_a_name_with_markup_stays_text(host):
    Host.objects.update(name="Anika <b>Rao</b>")

    assert "Anika &lt;b&gt;Rao&lt;/b&gt;" in shown()
    assert "Anika <b>" not in shown("/hosts/")


def test_nothing_is_rendered_for_the_second_visitor(host):
    Host.objects.update(title=secrets.token_hex(4))
    assert {"appointments/checkin.html", "appointments/host_list.html"} <= {*rendered("/")}

    assert rendered("/") == []
    assert rendered("/hosts/") == ["appointments/hosts.html"]
