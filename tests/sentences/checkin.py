"""Check-in, the reception screens, the poster, and the pages of errors."""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.test.utils import override_settings

from appointments.choices import Kind
from appointments.models import Appointment
from hosts.models import Host, Presence
from kiosks.models import Kiosk
from tests.cast import make_appointment, make_host
from tests.sentences.stage import Facts, Place, Stage, at_screen, office, scene, shown

PAGE, REFUSED = "Check-in", "Check-in refused"
TYPED = {
    "name": "Yusuf Al-Masri",
    "email": "yusuf@visitor.example",
    "phone": "+44 7700 900142",
    "purpose": "Supplier review",
    "people": "2",
    "action": "appointment",
}
OLD_POSTER = "/p/none/"
WRONG: dict[str, dict[str, str]] = {
    "nothing typed": dict.fromkeys(TYPED, ""),
    "no email": {"email": "yusuf"},
    "phone in letters": {"phone": "1-800-FLOWERS"},
    "phone without a country": {"phone": "12"},
    "phone with an extension": {"phone": "+44 7700 900142 ext 7"},
    "phone too long": {"phone": "+62 812 3456 7890 1234 5"},
    "number of a service": {"phone": "+44 909 879 0000"},
    "too many people": {"people": "500"},
    "too long": {"name": "a" * 130, "purpose": "a" * 230, "email": f"{'a' * 250}@visitor.example"},
    "host not listed": {"host": "999999"},
    "no button": {"action": ""},
}


def walk(stage: Stage) -> None:
    """Every state of check-in."""
    stage.look(PAGE, Place("no hosts"), shown("/"), Facts())
    for part in (_page, _refusals, _limits, _screens, _errors):
        with scene():
            part(stage, make_host())


def _post(host: Host, client: Client | None = None, /, **changes: Any) -> Any:
    return (client or Client()).post("/", {**TYPED, "host": str(host.pk), **changes})


def _page(stage: Stage, host: Host) -> None:
    desk = Kiosk.objects.create(name="Front desk")
    for presence in Presence:
        Host.objects.update(presence=presence)
        stage.look(PAGE, Place(f"host {presence}"), shown("/"), Facts())
    stage.look(PAGE, Place("reception screen"), shown("/", at_screen(desk)), Facts())
    stage.look(PAGE, Place("nobody found"), shown("/", q="zzz"), Facts())
    for name, changes in WRONG.items():
        stage.look(PAGE, Place("errors", name), _post(host, **changes).content.decode(), Facts())
    old = Client(enforce_csrf_checks=True)
    old.cookies["other"] = "1"
    stage.look(PAGE, Place("open for too long"), _post(host, old).content.decode(), Facts())


def _refusals(stage: Stage, host: Host) -> None:
    for presence in (Presence.REMOTE, Presence.AWAY):
        Host.objects.update(presence=presence)
        for action in ("appointment", "chat"):
            if (presence, action) != (Presence.REMOTE, "chat"):
                page = _post(host, action=action).content.decode()
                stage.look(REFUSED, Place(f"host {presence}", action), page, Facts())
    Host.objects.update(presence=Presence.IN_OFFICE)
    make_appointment(host, visitor_email="yusuf@other.example", visitor_phone="+919876543299")
    page = _post(host, action="appointment").content.decode()
    stage.look(REFUSED, Place("host has a visitor", "appointment"), page, Facts())


def _limits(stage: Stage, host: Host) -> None:
    other = make_host(name="Tomás Herrera")
    for name, fields, again in (
        ("device", {"checkins_per_address_hour": 1}, {}),
        ("host", {"checkins_per_host_hour": 1}, {}),
        ("phone", {"checkins_per_phone_day": 1}, {"email": "yusuf@other.example"}),
        ("email", {"checkins_per_email_day": 1}, {"phone": "+447700900143"}),
        ("visits of one phone", {"visits_per_visitor": 1}, {"email": "yusuf@other.example", "host": str(other.pk)}),
        ("visits of one email", {"visits_per_visitor": 1}, {"phone": "+447700900143", "host": str(other.pk)}),
        (
            "unanswered visits of one device",
            {"visits_per_address": 1},
            {"phone": "+447700900143", "email": "yusuf@other.example", "host": str(other.pk)},
        ),
    ):
        for number in ("{phone}", ""):
            with scene(), office(reception_phone="+918055500100" if number else "", **fields):
                kind = "appointment" if "visits" in name else "chat"
                _post(host, action=kind)
                page = _post(host, **{"action": kind, **again}).content.decode()
                row = "reception’s phone known" if number else "not known"
                facts = Facts(known={"refused"})
                stage.look(REFUSED, Place(f"limit of {name}", row), page, facts)
                if Appointment.objects.count() != 1:
                    raise AssertionError(f"The limit of {name} did not refuse anything.")


def _screens(stage: Stage, host: Host) -> None:
    desk = Kiosk.objects.create(name="Front desk")
    displaced = at_screen(desk)
    Kiosk.objects.update(key="other", previous_key="", settled=True)
    page = shown("/", displaced)
    stage.look("Check-in closed", Place("screen displaced"), page, Facts(known={"displaced"}))
    for number in ("+918055500100", ""):
        with override_settings(CHECK_IN="screens"), office(reception_phone=number):
            row = "reception’s phone known" if number else "not known"
            closed, old = shown("/"), shown(OLD_POSTER)
            stage.look("Check-in closed", Place("only on screens and with the poster", row), closed, Facts())
            stage.look("Check-in closed", Place("old poster", row), old, Facts(known={"old poster"}))


def _errors(stage: Stage, host: Host) -> None:
    page = "Errors"
    stage.look(page, Place("404"), shown("/nowhere/"), Facts())
    broken = Client(raise_request_exception=False)
    with mock.patch("appointments.checkin.page.directory", side_effect=RuntimeError):
        stage.look(page, Place("500"), shown("/", broken), Facts())
    with mock.patch("appointments.checkin.page.directory", side_effect=OperationalError):
        stage.look(page, Place("503"), shown("/", broken), Facts())
    nobody = Client(enforce_csrf_checks=True)
    nobody.force_login(User.objects.create_user("sam", is_staff=True))
    stage.look(page, Place("403"), shown("/admin/setup/", nobody), Facts())
    without_token = nobody.post("/admin/logout/").content.decode()
    stage.look(page, Place("403, form without its token"), without_token, Facts())
    visit = make_appointment(host, kind=Kind.REMOTE)
    answer = Client().post(f"/h/{visit.host_token}/reply/", {"reply": "perhaps"})
    stage.look(page, Place("400"), answer.content.decode(), Facts(visit))
