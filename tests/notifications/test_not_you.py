"""*Not you?* in each email to a visitor: somebody who is not the visitor ends the visit and stops the messages."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Role
from appointments.models import Appointment
from appointments.notices import renew_links
from notifications import outbox, stops, tasks
from notifications.models import Audience, Notification, Outcome, State, Stop, Withheld
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host
from tests.notifications.notices import notices_for, words

EMAIL, PHONE = "yusuf@visitor.example", "+447700900142"


@pytest.fixture
def owner() -> Client:
    """The browser of whoever gets the visitor's messages."""
    return Client(enforce_csrf_checks=True)


# The email is accepted, and the text is kept here, since there is no provider.
GONE_OUT = {State.SENT, State.KEPT}


def deliver_all() -> None:
    """What the worker does with everything that waits."""
    for pk in Notification.objects.outstanding().values_list("pk", flat=True):
        tasks.deliver.call_local(pk)


def states(appointment: Appointment, audience: Audience) -> set[str]:
    return set(appointment.notifications.filter(audience=audience).values_list("state", flat=True))


@pytest.mark.parametrize("ended", [False, True])
def test_each_email_to_the_visitor_has_the_link_and_no_text_has(in_person, ended):
    if ended:
        in_person.end(EndedBy.HOST)
    told = in_person.notifications.filter(audience=Audience.VISITOR, event="ended" if ended else "started")
    link = in_person.url(Role.VISITOR, "not-me").rstrip("/")

    by_channel = {notification.channel: words(notification) for notification in told}

    assert f"Not you? Stop these messages:\n{link}" in by_channel["email"]
    assert "not-me" not in by_channel["sms"]


def test_it_is_new_after_new_links(in_person):
    renew_links(in_person, [Role.VISITOR])

    told = in_person.notifications.filter(audience=Audience.VISITOR, channel="email")
    assert {message.context["not_me_link"] for message in told} == {in_person.url(Role.VISITOR, "not-me").rstrip("/")}


def test_no_message_to_the_host_has_it(in_person):
    for notification in in_person.notifications.filter(audience=Audience.HOST):
        assert "not-me" not in words(notification)
        assert "not_me_link" not in notification.context


def test_the_html_part_has_it_as_a_link(in_person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    email = in_person.notifications.get(audience=Audience.VISITOR, channel="email")

    tasks.deliver.call_local(email.pk)

    message = mail.outbox[-1]
    assert isinstance(message, mail.EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert re.search(r'<a href="[^"]+/not-me"[^>]*>Not you\? Stop these messages</a>', html)


def test_an_email_that_was_recorded_before_there_was_a_link_still_has_its_footer(in_person):
    email = in_person.notifications.get(audience=Audience.VISITOR, channel="email")
    del email.context["not_me_link"]

    assert "If it was not you, call reception on +91 80555 00100." in words(email)


def test_opening_the_link_changes_nothing(owner, in_person):
    response = owner.get(in_person.path(Role.VISITOR, "not-me"))
    owner.head(in_person.path(Role.VISITOR, "not-me"))

    assert "Stop these messages" in response.content.decode()
    in_person.refresh_from_db()
    assert in_person.is_ongoing
    assert not Stop.objects.exists()


def test_the_button_ends_the_visit_and_says_that_it_was_not_the_visitor(owner, in_person):
    response = owner.post(in_person.path(Role.VISITOR, "not-me"), follow=True)

    assert "The messages have stopped" in response.content.decode()
    in_person.refresh_from_db()
    assert in_person.ended_by == EndedBy.NOT_VISITOR
    assert in_person.denied_at


def test_nothing_more_is_sent_about_the_visit_and_nothing_about_its_end(owner, in_person):
    owner.post(in_person.path(Role.VISITOR, "not-me"))
    deliver_all()

    assert states(in_person, Audience.VISITOR) == {State.CANCELLED}


def test_a_visit_that_has_ended_stays_as_it_is_and_its_messages_stop(owner, in_person):
    in_person.end(EndedBy.HOST)

    owner.post(in_person.path(Role.VISITOR, "not-me"))

    in_person.refresh_from_db()
    assert in_person.ended_by == EndedBy.HOST
    assert states(in_person, Audience.VISITOR) == {State.CANCELLED}
    assert stops.stopped([EMAIL, PHONE]) == [EMAIL, PHONE]


def test_later_check_ins_with_these_addresses_go_on_and_send_nothing_there(owner, in_person, client):
    owner.post(in_person.path(Role.VISITOR, "not-me"))

    response = client.post("/", typed(make_host(name="Daniel Osei"), email="Yusuf+visit@Visitor.example"), follow=True)
    deliver_all()

    later = Appointment.objects.latest("pk")
    assert later.is_ongoing
    assert states(later, Audience.VISITOR) == {State.WITHHELD}
    assert states(later, Audience.HOST) == GONE_OUT
    page = response.content.decode()
    page = re.sub("<[^>]+>", "", page)
    assert "Nothing is sent to +44 7700 900142 today, because its owner has asked for no messages." in page
    assert "Nothing is sent to Yusuf+visit@Visitor.example today" in page


def test_a_message_that_waits_for_the_provider_is_held_back_too(in_person):
    waiting = in_person.notifications.get(audience=Audience.VISITOR, channel="sms")

    stops.stop([PHONE])
    tasks.deliver.call_local(waiting.pk)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.due_at) == (State.WITHHELD, None)
    assert waiting.withheld == Withheld.STOPPED
    assert waiting.history.get().outcome == Outcome.WITHHELD


def test_sending_again_sends_nothing_there(in_person):
    deliver_all()
    stops.stop([EMAIL, PHONE])

    again = outbox.send_again(in_person.notifications.filter(audience=Audience.VISITOR))

    assert (again.queued, set(again.withheld)) == (0, {Withheld.STOPPED})


def test_no_host_can_be_silenced(owner, host):
    guest = make_appointment(host, visitor_email=host.email, visitor_phone=host.phone, kind=Kind.REMOTE)
    owner.post(guest.path(Role.VISITOR, "not-me"))

    visit = make_appointment(host, visitor_email="chen@visitor.example", visitor_phone="+6591234567")
    deliver_all()

    assert states(visit, Audience.HOST) == GONE_OUT


def test_a_host_who_checks_in_under_a_stopped_address_of_their_own_hears_of_it_as_host(host):
    stops.stop([host.email, host.phone])

    visit = make_appointment(host, visitor_email=host.email, visitor_phone=host.phone)
    deliver_all()

    assert states(visit, Audience.HOST) == GONE_OUT
    assert states(visit, Audience.VISITOR) == {State.WITHHELD}


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_hosts_link_has_no_such_page(owner, in_person, method):
    path = in_person.path(Role.VISITOR, "not-me")

    assert getattr(owner, method)(path.replace("/v/", "/h/")).status_code == 404
    swapped = path.replace(in_person.visitor_token, in_person.host_token)
    assert getattr(owner, method)(swapped).status_code == 404
    assert not Stop.objects.exists()


def test_after_a_day_messages_are_sent_again_and_the_hash_is_gone(in_person, monkeypatch):
    stops.stop([EMAIL, PHONE])
    assert stops.stopped([EMAIL]) == [EMAIL]
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=1, minutes=1))

    assert stops.stopped([EMAIL, PHONE]) == []
    tasks.purge_stops.call_local()

    assert not Stop.objects.exists()


def test_the_purge_leaves_what_still_holds(db):
    stops.stop([EMAIL])

    tasks.purge_stops.call_local()

    assert stops.stopped([EMAIL]) == [EMAIL]


def test_the_table_holds_no_address(db):
    stops.stop([EMAIL, PHONE])

    assert all(re.fullmatch("[0-9a-f]{32}", row.digest) for row in Stop.objects.all())


def test_the_host_reads_nothing_false(owner, in_person):
    owner.post(in_person.path(Role.VISITOR, "not-me"))

    page = owner.get(in_person.path(Role.HOST)).content.decode()

    assert "said that they are someone else, and stopped them" in page
    assert "has checked out" not in page
    assert "’s visit" not in page


def test_whoever_is_there_reads_what_to_do(owner, in_person):
    owner.post(in_person.path(Role.VISITOR, "not-me"))

    page = owner.get(in_person.path(Role.VISITOR)).content.decode()

    assert "This visit was ended" in page
    assert "check in again with your own email and phone" in page
    assert "sent to your email" not in page


def test_the_details_of_a_later_visit_do_not_say_that_they_were_sent(client, in_person):
    stops.stop([EMAIL])
    in_person.end(EndedBy.HOST)

    for role in Role:
        assert "also sent" not in client.get(in_person.path(role)).content.decode()


def test_the_panels_record_says_it(owner, in_person, panel):
    owner.post(in_person.path(Role.VISITOR, "not-me"))

    page = panel.get(f"/admin/appointments/appointment/{in_person.pk}/change/").content.decode()

    assert "Not the visitor" in page
    assert "Somebody who gets the visitor’s messages said then that they are not the visitor." in page


def test_visitors_own_pages_offer_it_and_reception_screens_do_not(client, panel, host, remote_host):
    link = "/not-me/"
    in_person, remote = (
        make_appointment(host),
        make_appointment(remote_host, kind=Kind.REMOTE, visitor_phone="+6591234567"),
    )
    for path in (in_person.path(Role.VISITOR), remote.path(Role.VISITOR, "chat")):
        assert link in client.get(path).content.decode()
    in_person.end(EndedBy.HOST)
    assert link in client.get(in_person.path(Role.VISITOR)).content.decode()

    panel.post("/admin/kiosks/kiosk/add/", {"name": "Front desk"})
    shown = panel.post("/", typed(make_host(name="Bea Novak"), email="bea@visitor.example", phone="+6581234567"))
    assert link not in panel.get(shown.headers["Location"]).content.decode()


def test_the_notices_of_a_denied_visit_are_none(in_person):
    in_person.deny()

    assert notices_for(in_person) == []
