"""The host panel: *Today*, the records of messages and visits, *Set-up*, and what its buttons answer."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from appointments.choices import EndedBy, Reply
from appointments.models import Appointment
from hosts.models import Host
from kiosks.models import Kiosk, Poster
from limits import refusals
from limits.models import Refusal
from notifications.channels import all_channels
from notifications.diagnostics import send_test_message
from notifications.models import Notification, State, Withheld, Worker
from offices.current import current_office
from panel.registry import MANAGERS, RECEPTION
from tests.cast import make_appointment, make_host
from tests.sentences.stage import DESK, SITE, Facts, Place, Stage, office, scene, set_up, shown
from tests.sentences.visits import FATES, a_chat, become, fate, to_host

TODAY, SETUP, RECORD, BUTTONS = "Panel: Today", "Panel: Set-up", "Panel: record of a visit", "Panel: after a button"
MESSAGE, LIST, POSTER = "Panel: record of a message", "Panel: list of messages", "Panel: poster"
ADMIN = "/admin"


def walk(stage: Stage) -> None:
    """Every state of these pages."""
    for part in (_today, _setup, _records, _buttons, _poster):
        with scene():
            user = User.objects.create_user("maria", email=DESK, is_staff=True)
            user.groups.add(*Group.objects.filter(name__in=[MANAGERS, RECEPTION]))
            client = Client()
            client.force_login(user)
            part(stage, client)


def _run_worker() -> None:
    Worker.objects.create(id="1", seen_at=timezone.now())


def _today(stage: Stage, client: Client) -> None:
    def see(place: Place) -> None:
        stage.look(TODAY, place, _content(shown(f"{ADMIN}/", client)), _recorded())

    see(Place("empty, no worker"))
    _run_worker()
    for providers in (True, False):
        with set_up(providers=providers):
            row = "providers set up" if providers else "no providers"
            see(Place("empty, worker runs", row))
            with scene():
                visit = make_appointment(make_host())
                for each in FATES:
                    with scene():
                        to_host(visit, each, each)
                        see(Place(f"visit going on, {row}", f"both {each}"))
    visit = make_appointment(make_host())
    for reason in Withheld:
        with scene():
            visit.notifications.update(state=State.WITHHELD, withheld=reason)
            see(Place("held back", f"for {reason}"))
    with scene():
        long_ago = timezone.now() - timedelta(minutes=5)
        visit.notifications.update(created_at=long_ago, reason="451 Try again later", attempts=2)
        see(Place("late, with the provider’s words"))
    with scene():
        visit.set_reply(Reply.COLLEAGUE)
        see(Place("host asked for a colleague"))
    with scene():
        refusals.note("checkins_hour", "")
        see(Place("limit reached"))
    with scene():
        a_chat()
        visit.end(EndedBy.VISITOR)
        see(Place("chat going on, visit ended"))


def _setup(stage: Stage, client: Client) -> None:
    def see(place: Place) -> None:
        stage.look(SETUP, place, _content(shown(f"{ADMIN}/setup/", client)), _recorded())

    for providers in (True, False):
        with set_up(providers=providers):
            see(Place("nothing else set up", "providers set up" if providers else "no providers"))
    _run_worker()
    with office(name="Our office", time_zone="UTC", reception_phone="", reception_email=""):
        see(Place("worker runs, office not set up"))
    visit = make_appointment(make_host())
    Kiosk.objects.create(name="Front desk")
    see(Place("all set up"))
    with scene():
        Kiosk.objects.update(displaced_at=timezone.now())
        see(Place("screen used from two devices"))
    for reason in ("", "451 Try again later"):
        with scene(), set_up(providers=True):
            late = timezone.now() - timedelta(minutes=5)
            visit.notifications.update(created_at=late, reason=reason)
            see(Place("messages late", "provider refuses" if reason else "no worker takes them"))
    visit.notifications.all().delete()
    send_test_message(User.objects.get(), "maria", {"email": DESK, "sms": "+919876543201"})
    # Nothing cancels a test.
    for each in (one for one in FATES if one != State.CANCELLED):
        with scene():
            become(Notification.objects.all(), each)
            see(Place("test messages", each))
    with scene():
        Notification.objects.update(reason="451 Try again later")
        see(Place("test messages", "postponed"))


def _records(stage: Stage, client: Client) -> None:
    visit = make_appointment(make_host())
    record = f"{ADMIN}/appointments/appointment/{visit.pk}/change/"
    message = visit.notifications.filter(channel="email", audience="host").get()
    for each in FATES:
        with scene():
            to_host(visit, each, each)
            place = Place("going on", f"messages to the host {each}")
            stage.look(RECORD, place, _content(shown(record, client)), Facts(visit))
            if each == "none":
                continue
            message.refresh_from_db()
            about = Facts(visit, message)
            path = f"{ADMIN}/notifications/notification/{message.pk}/change/"
            stage.look(MESSAGE, Place("state", each), _content(shown(path, client)), about)
            Notification.objects.exclude(pk=message.pk).delete()
            stage.look(LIST, Place("state", each), _list(shown(f"{ADMIN}/notifications/notification/", client)), about)
    with scene():
        visit.messages.create(sender="host", client_id="0" * 32, text="…")
        visit.notifications.all().delete()
        page = _content(shown(record, client))
        stage.look(RECORD, Place("after messages in the chat, without notifications"), page, Facts(visit))
    for reason in Withheld:
        with scene():
            visit.notifications.update(state=State.WITHHELD, withheld=reason)
            stage.look(RECORD, Place("held back", f"for {reason}"), _content(shown(record, client)), Facts(visit))
    for by in EndedBy:
        with scene():
            visit.refresh_from_db()
            visit.end(by)
            stage.look(RECORD, Place("ended", f"by {by}"), _content(shown(record, client)), Facts(visit))


def _buttons(stage: Stage, client: Client) -> None:
    visit = make_appointment(make_host())
    mine = f"{ADMIN}/appointments/appointment/{visit.pk}"

    def press(path: str, place: Place, **form: object) -> None:
        visit.refresh_from_db()
        waiting = visit.notifications.filter(state=State.QUEUED)
        before = list(waiting.values_list("pk", flat=True))
        page = client.post(path, form, follow=True).content.decode()
        queued = waiting.exclude(pk__in=before).values_list("audience", flat=True)
        facts = Facts(Appointment.objects.get(pk=visit.pk), known={f"queued for the {who}" for who in queued})
        stage.look(BUTTONS, place, _answers(page), facts)

    for each in ("failed", "kept", "sent", "queued", "cancelled"):
        with scene():
            to_host(visit, each, each)
            message = visit.notifications.filter(channel="email", audience="host").get()
            again = f"{ADMIN}/notifications/notification/{message.pk}/send-again/"
            press(again, Place("Send again", f"a message that is {each}"))
            press(again, Place("Send again, twice within a minute", f"a message that was {each}"))
    with scene():
        to_host(visit, "failed", "failed")
        Host.objects.update(email="")
        message = visit.notifications.filter(channel="email", audience="host").get()
        again = f"{ADMIN}/notifications/notification/{message.pk}/send-again/"
        press(again, Place("Send again", "to a host without an address"))
    for each in ("failed", "kept", "sent", "queued"):
        with scene():
            fate(visit, each, audience="visitor")
            with scene():
                press(f"{mine}/details/", Place("Send the details again", f"copies {each}"))
            for send in ("", "on"):
                with scene():
                    form = {"whose": ["visitor"], **({"send": "on"} if send else {})}
                    row = "and sent" if send else "not sent"
                    press(f"{mine}/links/", Place(f"New links, {row}", f"earlier messages {each}"), **form)
    both = ["visitor", "host"]
    for to_visitor, to_host_too in (("sent", "sent"), ("sent", "queued"), ("queued", "sent"), ("queued", "queued")):
        with scene():
            fate(visit, to_visitor, audience="visitor")
            fate(visit, to_host_too, audience="host")
            place = Place("New links of both, and sent", f"to visitor {to_visitor}", f"to host {to_host_too}")
            press(f"{mine}/links/", place, whose=both, send="on")
            press(f"{mine}/links/", Place("New links of both, not sent"), whose=both)
    press(f"{mine}/end/", Place("End appointment", "going on"))
    press(f"{mine}/end/", Place("End appointment", "ended already"))


def _content(page: str) -> str:
    """A page without the menus and the footer, which every page has."""
    return page.partition('id="content"')[2].partition(">")[2].partition("</main>")[0].partition('id="footer"')[0]


def _list(page: str) -> str:
    """The rows of a list."""
    return page.partition('id="result_list"')[2].partition(">")[2].partition("</table>")[0]


def _recorded() -> Facts:
    """What is set up and runs now, and every message."""
    office, channels = current_office(), all_channels()
    seen = Worker.objects.filter(seen_at__gt=timezone.now() - timedelta(seconds=30))
    facts = {
        "worker runs": seen.exists(),
        "organisation named": office.name != "Our office",
        "time zone chosen": office.time_zone != "UTC",
        "reception’s phone": bool(office.reception_phone),
        "reception’s email": bool(office.reception_email),
        "hosts": Host.objects.exists(),
        "one screen": Kiosk.objects.filter(displaced_at=None).exists(),
        "limit reached": Refusal.objects.exists(),
        "colleague asked for": Appointment.objects.filter(reply=Reply.COLLEAGUE, ended_at=None).exists(),
        **{f"{channel.name} set up": channel.status().done for channel in channels},
    }
    return Facts(known=frozenset(name for name, is_so in facts.items() if is_so), rows=list(Notification.objects.all()))


def _answers(page: str) -> str:
    """The answers to a button, which stand above the page in a list."""
    _, found, rest = page.partition('<ul class="messagelist">')
    return rest.partition("</ul>")[0] if found else ""


def _poster(stage: Stage, client: Client) -> None:
    stage.look(POSTER, Place("never renewed"), shown(f"{ADMIN}/poster/", client), Facts())
    for place, address in (("no phone opens it", "http://127.0.0.1:8000"), ("the office’s network", "http://10.0.0.7")):
        with override_settings(SITE_URL=address):
            page = shown(f"{ADMIN}/poster/", client)
            stage.look(POSTER, Place("address of the site", place), page.replace(address, SITE), Facts())
    stage.look(POSTER, Place("asked to renew"), _content(shown(f"{ADMIN}/poster/renew/", client)), Facts())
    Poster.current().renew()
    stage.look(POSTER, Place("renewed"), shown(f"{ADMIN}/poster/", client), Facts())
