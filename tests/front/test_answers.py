"""The answers of hosts on the start page of the reception screen where their visitors have checked in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from appointments.choices import EndedBy, Reply
from appointments.models import Appointment
from core.templatetags.entry import hour
from core.text import public_name
from kiosks.models import Kiosk
from tests.appointments.test_checkin import typed
from tests.cast import make_host
from tests.front.test_checkin_page import choose, fill
from tests.services.loop import outside_the_loop

pytestmark = pytest.mark.once


def answer(visit: Appointment, reply: Reply, ago: timedelta = timedelta()) -> None:
    """The host of this visit answers, some time ago."""
    visit.set_reply(reply)
    if ago:
        Appointment.objects.filter(pk=visit.pk).update(replied_at=timezone.now() - ago)


def checked_in_at(screen: Client | None, name: str, host_name: str) -> Appointment:
    """A visit that began on this screen, or elsewhere."""
    (screen or Client()).post("/", {**typed(make_host(name=host_name)), "name": name, **different(name)})
    return Appointment.objects.get(visitor_name=name)


def different(name: str) -> dict[str, str]:
    """An email and a phone of this visitor's own."""
    return {
        "email": f"{name.split(maxsplit=1)[0].lower()}@visitor.example",
        "phone": f"+44770090{sum(map(ord, name)) % 9000 + 1000}",
    }


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply.ON_MY_WAY, "Yusuf A.: your host is on the way"),
        (Reply.FIVE_MINUTES, "Yusuf A.: your host will be five minutes"),
        (Reply.COLLEAGUE, "Yusuf A.: please ask at reception"),
    ],
)
def test_the_start_page_of_the_screen_shows_an_answer_for_a_minute(front_desk, reply, sentence):
    visit = checked_in_at(front_desk, "Yusuf Al-Masri", "Anika Rao")

    answer(visit, reply)

    for path in ("/", "/hosts/"):
        assert sentence in front_desk.get(path).content.decode()
    answer(visit, reply, timedelta(seconds=61))
    for path in ("/", "/hosts/"):
        assert sentence not in front_desk.get(path).content.decode()


def test_an_answer_shows_on_no_other_screen_and_on_no_phone(front_desk):
    elsewhere = Kiosk.objects.create(name="Back door")
    mine = checked_in_at(front_desk, "Yusuf Al-Masri", "Anika Rao")
    theirs = checked_in_at(None, "Chen Wei", "Daniel Osei")
    other = checked_in_at(front_desk, "Bea Novak", "Mei-Ling Tan")
    Appointment.objects.filter(pk=other.pk).update(screen=elsewhere)
    for visit in (mine, theirs, other):
        answer(visit, Reply.ON_MY_WAY)

    assert (mine.screen, theirs.screen) == (Kiosk.objects.get(name="Front desk"), None)
    page = front_desk.get("/").content.decode()
    assert page.count("your host is on the way") == 1
    assert "your host is on the way" not in Client().get("/").content.decode()
    assert "your host is on the way" not in Client().get("/hosts/").content.decode()


def test_the_two_latest_answers_show(front_desk):
    names = ["Yusuf Al-Masri", "Chen Wei", "Bea Novak"]
    for seconds, name in zip((30, 20, 10), names, strict=True):
        answer(checked_in_at(front_desk, name, f"{name} Host"), Reply.ON_MY_WAY, timedelta(seconds=seconds))

    page = front_desk.get("/").content.decode()

    assert "Yusuf A." not in page
    assert page.index("Bea N.: your host") < page.index("Chen W.: your host")


def test_an_answer_to_a_visit_that_has_ended_is_gone(front_desk):
    visit = checked_in_at(front_desk, "Yusuf Al-Masri", "Anika Rao")
    answer(visit, Reply.ON_MY_WAY)
    visit.end(EndedBy.HOST)

    assert "your host" not in front_desk.get("/").content.decode()


def test_an_office_that_shows_no_names_shows_the_time_of_check_in(front_desk, office):
    visit = checked_in_at(front_desk, "Yusuf Al-Masri", "Anika Rao")
    answer(visit, Reply.ON_MY_WAY)
    office(names_on_screens=False)

    page = front_desk.get("/").content.decode()

    assert f"Checked in at {hour(visit.started_at)}: your host is on the way" in page
    assert "Yusuf" not in page


def test_an_answer_appears_on_the_start_page_by_itself_and_goes(screen, front_desk, host):
    screen.goto("/")
    choose(screen, "Anika Rao")
    fill(screen)
    screen.get_by_role("button", name="Start appointment").click()
    expect(screen.get_by_text("The answer will show on this screen.")).to_be_visible()
    screen.get_by_role("link", name="Back to the start").click()
    expect(screen.get_by_role("heading", name="Welcome. Check in here.")).to_be_visible()
    visit = Appointment.objects.get()

    with outside_the_loop():
        answer(visit, Reply.ON_MY_WAY)
    screen.clock.run_for(16_000)

    shown = screen.locator("#answers")
    expect(shown).to_have_text("Yusuf A.: your host is on the way")
    with outside_the_loop():
        answer(visit, Reply.ON_MY_WAY, timedelta(seconds=61))
    screen.clock.run_for(4_000)
    expect(shown).to_be_empty()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Yusuf Al-Masri", "Yusuf A."),
        ("Maria de la Cruz", "Maria C."),
        ("Anne (née) élan", "Anne É."),
        ("Ravi", "Ravi"),
        ("陳 偉", "陳 偉."),
        ("Ana ***", "Ana"),
    ],
)
def test_a_public_screen_cuts_a_name(name, shown):
    assert public_name(name) == shown
