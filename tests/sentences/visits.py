"""The pages of a visit in person: the visitor's, the host's, the end, the details, and what other links lead to."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from appointments.choices import EndedBy, Kind, Reply, Role
from appointments.models import Appointment
from appointments.notices import ASKED, ENDED, STARTED, remind, tell_reception
from kiosks.models import Kiosk
from notifications.models import (
    ACCEPTED,
    LATE_AFTER,
    Audience,
    Notification,
    NotificationQuerySet,
    State,
    Withheld,
)
from tests.cast import make_appointment, make_host
from tests.sentences.stage import Facts, Place, Stage, at_screen, office, scene, set_up, shown

LATE, NONE = "late", "none"
# What may have become of a message; `none` is a person without such an address.
FATES = [*(str(state) for state in State), LATE, NONE]
VISITOR, HOST, DETAILS = "Visitor’s page", "Host’s page", "Details after the end"


def become(messages: NotificationQuerySet, fate: str) -> None:
    """Let this have become of these messages."""
    now = timezone.now()
    if fate == NONE:
        messages.delete()
    elif fate == LATE:
        messages.update(state=State.QUEUED, created_at=now - LATE_AFTER)
    else:
        messages.update(
            state=fate,
            sent_at=now if fate in ACCEPTED else None,
            delivered_at=now if fate == State.DELIVERED else None,
            failed_at=now if fate == State.FAILED else None,
            reason="550 No such mailbox" if fate == State.FAILED else "",
            withheld=Withheld.RECIPIENT if fate == State.WITHHELD else "",
        )


def fate(visit: Appointment, fate: str, **message: str) -> None:
    """Let this have become of the messages about the visit that these fields name."""
    become(Notification.objects.about(visit).filter(**message), fate)


def to_host(visit: Appointment, email: str, text: str) -> None:
    """Let this have become of the messages that tell the host of the visit."""
    fate(visit, email, event=STARTED, audience=Audience.HOST, channel="email")
    fate(visit, text, event=STARTED, audience=Audience.HOST, channel="sms")


def walk(stage: Stage) -> None:
    """Every page of a visit in person."""
    for part in (_delivery, _replies, _told_otherwise, _held_back, _host, _end, _details, _other_links):
        with scene():
            part(stage, make_appointment(make_host()))


def _see(stage: Stage, visit: Appointment, place: Place, *, screen: Kiosk | None = None) -> None:
    visit.refresh_from_db()
    client = at_screen(screen, visit) if screen else None
    facts = Facts(visit, known={"screen"} if screen else ())
    stage.look(VISITOR, place, shown(visit.path(Role.VISITOR), client), facts)


def _delivery(stage: Stage, visit: Appointment) -> None:
    desk = Kiosk.objects.create(name="Front desk")
    for email in FATES:
        for text in FATES:
            with scene():
                to_host(visit, email, text)
                _see(stage, visit, Place("no answer", f"email {email}", f"text {text}"))
        with scene():
            to_host(visit, email, email)
            _see(stage, visit, Place("no answer, reception screen", f"both {email}"), screen=desk)
            with office(reception_phone=""):
                _see(stage, visit, Place("no answer, office without a phone", f"both {email}"))


def _replies(stage: Stage, visit: Appointment) -> None:
    desk = Kiosk.objects.create(name="Front desk")
    for reply in Reply:
        with scene():
            visit.set_reply(reply)
            for each in FATES:
                with scene():
                    to_host(visit, each, each)
                    _see(stage, visit, Place(f"host said “{reply.label}”", f"both {each}"))
            _see(stage, visit, Place(f"host said “{reply.label}”, reception screen"), screen=desk)
            visit.screen = desk
            visit.save()
            for names in (True, False):
                with office(names_on_screens=names):
                    place = Place(f"answered “{reply.label}”", "names shown" if names else "names not shown")
                    stage.look("Check-in", place, shown("/", at_screen(desk)), Facts(visit))
    with scene():
        visit.set_reply(Reply.COLLEAGUE)
        for each in FATES:
            with scene():
                fate(visit, each, event=ASKED)
                _see(stage, visit, Place("host asked for a colleague", f"message to reception {each}"))
                _see_host(stage, visit, Place("host asked for a colleague", f"message to reception {each}"))
        fate(visit, State.SENT, event=ASKED)
        visit.set_reply(Reply.ON_MY_WAY)
        visit.set_reply(Reply.COLLEAGUE)
        _see(stage, visit, Place("host asked for a colleague again, not told yet"))
        _see_host(stage, visit, Place("host asked for a colleague again, not told yet"))


def _told_otherwise(stage: Stage, visit: Appointment) -> None:
    for each in FATES:
        with scene():
            to_host(visit, State.FAILED, State.FAILED)
            remind(visit)
            fate(visit, each, event="unanswered")
            _see(stage, visit, Place("both failed, host reminded", f"reminder {each}"))
        with scene():
            to_host(visit, State.FAILED, State.FAILED)
            tell_reception(visit)
            fate(visit, each, event="unreached")
            _see(stage, visit, Place("both failed, reception told", f"message to reception {each}"))
        with scene():
            to_host(visit, each, each)
            Appointment.objects.filter(pk=visit.pk).update(holds_host=False)
            _see(stage, visit, Place("not answered for a quarter of an hour", f"both {each}"))
    visit.messages.create(sender=Role.HOST, client_id="0" * 32, text="…")
    _see(stage, visit, Place("host has written"))


def _held_back(stage: Stage, visit: Appointment) -> None:
    for reason in Withheld:
        for channel in ("email", "sms"):
            with scene():
                own = visit.notifications.filter(audience=Audience.VISITOR, channel=channel)
                own.update(state=State.WITHHELD, withheld=reason)
                _see(stage, visit, Place("visitor’s own message held back", f"for {reason}", channel))


def _see_host(stage: Stage, visit: Appointment, place: Place) -> None:
    visit.refresh_from_db()
    stage.look(HOST, place, shown(visit.path(Role.HOST)), Facts(visit))


def _host(stage: Stage, visit: Appointment) -> None:
    _see_host(stage, visit, Place("no answer"))
    for reply in Reply:
        with scene():
            visit.set_reply(reply)
            _see_host(stage, visit, Place(f"said “{reply.label}”"))
    with scene():
        visit.messages.create(sender=Role.VISITOR, client_id="0" * 32, text="…")
        _see_host(stage, visit, Place("visitor has written"))
    visit.screen = Kiosk.objects.create(name="Front desk")
    visit.save()
    _see_host(stage, visit, Place("visitor checked in on a reception screen"))


def _end(stage: Stage, visit: Appointment) -> None:
    for role in Role:
        for providers in (True, False):
            with set_up(providers=providers):
                place = Place(f"{role}", "providers set up" if providers else "no providers")
                known = {"providers"} if providers else ()
                stage.look("Before the end", place, shown(visit.path(role, "end")), Facts(visit, known=known))


def _details(stage: Stage, visit: Appointment) -> None:
    for by in EndedBy:
        if by != EndedBy.NOT_VISITOR:
            with scene():
                visit.end(by)
                for role in Role:
                    stage.look(DETAILS, Place(f"{role}", f"ended by {by}"), shown(visit.path(role)), Facts(visit))
    with scene():
        visit.end(EndedBy.VISITOR)
        for role in Role:
            for each in FATES:
                with scene():
                    fate(visit, each, event=ENDED)
                    place = Place(f"{role}, ended by visitor", f"copies {each}")
                    stage.look(DETAILS, place, shown(visit.path(role)), Facts(visit))
    with scene():
        visit.refresh_from_db()
        visit.messages.create(sender=Role.HOST, client_id="0" * 32, text="…")
        visit.end(EndedBy.VISITOR)
        for role in Role:
            stage.look(DETAILS, Place(f"{role}", "after messages in the chat"), shown(visit.path(role)), Facts(visit))
    visit.refresh_from_db()
    visit.deny()
    for role in Role:
        stage.look(DETAILS, Place(f"{role}", "not the visitor"), shown(visit.path(role)), Facts(visit))


def _other_links(stage: Stage, visit: Appointment) -> None:
    page = "Not you?"
    path = visit.path(Role.VISITOR, "not-me")
    stage.look(page, Place("going on"), shown(path), Facts(visit))
    with scene():
        visit.end(EndedBy.VISITOR)
        stage.look(page, Place("ended"), shown(path), Facts(visit))
        visit.deny()
        stage.look(page, Place("ended, then stopped"), shown(path), Facts(visit))
    with scene():
        visit.refresh_from_db()
        visit.deny()
        stage.look(page, Place("stopped"), shown(path), Facts(visit))
    with scene():
        visit.refresh_from_db()
        visit.end(EndedBy.VISITOR)
        long_ago = timezone.now() - timedelta(days=31)
        Appointment.objects.filter(pk=visit.pk).update(started_at=long_ago, ended_at=long_ago)
        visit.refresh_from_db()
        for role in Role:
            stage.look("Link that has expired", Place(f"{role}"), shown(visit.path(role)), Facts(visit))
    stage.look("Unknown link", Place("link replaced or mistyped"), shown(f"/v/{'A' * 22}/"), Facts())


def a_chat() -> Appointment:
    """A visit that began as a chat."""
    return make_appointment(make_host(name="Tomás Herrera", presence="remote"), kind=Kind.REMOTE)
