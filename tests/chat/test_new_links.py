"""Replaced links: the old one is unknown at once, open pages say so, and the panel shows no link that works."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import expect

from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from appointments.notices import renew_links
from chat import unread
from core.tokens import masked
from notifications import claims
from notifications.channels import get_channel
from notifications.models import Notification, State
from notifications.results import Postponed, Refused
from tests.chat.people import socket
from tests.chat.test_long import PUSH_OR_BEAT
from tests.chat.test_pages import said, write
from tests.chat.test_unread import member, say
from tests.front.test_access import examine
from tests.services.loop import outside_the_loop

LINK = re.compile(r"/[vh]/([A-Za-z0-9_-]{22})")


def links(appointment: Appointment) -> str:
    """The address of the page in the panel."""
    return reverse("admin:appointments_appointment_links", args=[appointment.pk])


def tokens_in_messages(appointment: Appointment, role: Role) -> set[str]:
    """The tokens in all messages about this appointment to this person, as they would be sent."""
    texts = [get_channel(each.channel).render(each) for each in appointment.notifications.filter(audience=role)]
    return set(LINK.findall(" ".join(texts)))


@pytest.mark.parametrize("whose", [[Role.VISITOR], [Role.HOST], list(Role)])
def test_an_old_link_is_unknown_and_the_other_persons_goes_on(panel, client, in_person, whose):
    old = {role: in_person.path(role) for role in Role}

    panel.post(links(in_person), {"whose": whose})

    for role in Role:
        assert client.get(old[role]).status_code == (404 if role in whose else 200)
    in_person.refresh_from_db()
    assert all(client.get(in_person.path(role)).status_code == 200 for role in Role)
    assert in_person.visitor_token != in_person.host_token


def test_a_page_whose_link_is_replaced_while_it_is_made_is_unknown(client, remote, monkeypatch):
    def opened_and_replaced(role: Role, token: str) -> Appointment:
        renew_links(Appointment.objects.get(), [role])
        return remote

    path = remote.path(Role.VISITOR, "chat")
    monkeypatch.setattr("appointments.links.open_link", opened_and_replaced)

    assert client.get(path).status_code == 404


def test_asking_changes_nothing_and_so_does_choosing_nobody(panel, in_person):
    for response in (panel.get(links(in_person)), panel.post(links(in_person), {})):
        assert response.status_code == 200

    assert Appointment.objects.get().host_token == in_person.host_token


def test_the_change_log_says_whose_link_was_replaced_by_whom(panel, manager, in_person):
    panel.post(links(in_person), {"whose": [Role.HOST]})

    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (manager, "Replaced the host’s link.")


def test_reception_replaces_no_link(desk, in_person):
    assert desk.get(links(in_person)).status_code == 403
    assert desk.post(links(in_person), {"whose": list(Role)}).status_code == 403
    record = desk.get(reverse("admin:appointments_appointment_change", args=[in_person.pk])).content.decode()
    assert "New links" not in record
    assert Appointment.objects.get().host_token == in_person.host_token


@pytest.mark.parametrize("ended", [False, True])
def test_every_message_leads_to_the_new_link_whether_it_waits_or_is_sent_again(in_person, ended):
    say(member(in_person, Role.VISITOR), "Hello")
    unread.email_unread(in_person.participants.get(role=Role.HOST), in_person.started_at)
    if ended:
        in_person.end(EndedBy.HOST)
    before = {role: tokens_in_messages(in_person, role) for role in Role}

    renew_links(in_person, [Role.HOST])

    assert before[Role.HOST] != tokens_in_messages(in_person, Role.HOST) == {in_person.host_token}
    assert before[Role.VISITOR] == tokens_in_messages(in_person, Role.VISITOR) == {in_person.visitor_token}


@pytest.mark.parametrize("send", [False, True])
def test_nobody_is_told_unless_that_is_asked_for(panel, in_person, send):
    in_person.notifications.update(state=State.DELIVERED, due_at=None)

    page = panel.post(links(in_person), {"whose": [Role.HOST], "send": "on" if send else ""}, follow=True)

    sent = Notification.objects.filter(state=State.QUEUED)
    assert set(sent.values_list("audience", flat=True)) == ({"host"} if send else set())
    assert ("is being sent" if send else "Nobody has been told") in page.content.decode()


def test_the_panel_shows_what_a_message_says_without_a_link_that_works(panel, in_person):
    for notification in in_person.notifications.all():
        page = panel.get(reverse("admin:notifications_notification_change", args=[notification.pk])).content.decode()
        text = masked(get_channel(notification.channel).render(notification))
        assert "/…" in text
        assert escape(text) in page
        assert in_person.host_token not in page
        assert in_person.visitor_token not in page


@pytest.mark.parametrize("result", [Postponed, Refused])
def test_a_provider_that_repeats_a_link_does_not_bring_it_into_the_panel(in_person, result):
    held = claims.claim(in_person.notifications.get(audience=Role.HOST, channel="sms").pk)
    assert held is not None

    claims.settle(held, result(f"Spam: {in_person.url(Role.HOST)}"))

    held.refresh_from_db()
    assert held.reason == held.history.get().reason == masked(f"Spam: {in_person.url(Role.HOST)}")
    assert in_person.host_token not in held.reason


def test_what_is_sent_has_the_whole_link(in_person):
    notification = in_person.notifications.get(audience=Role.HOST, channel="sms")

    assert in_person.host_token in get_channel("sms").render(notification)


@pytest.mark.parametrize("joined", [True, False])
async def test_an_open_socket_of_the_old_link_is_closed_and_the_other_goes_on(enter, remote, joined, transactional_db):
    visitor = await enter(remote, Role.VISITOR)
    if joined:
        host = await enter(remote, Role.HOST)
    else:
        host = socket(Role.HOST, remote.host_token)
        assert await host.connect()
    await visitor.hear("presence")

    await sync_to_async(renew_links)(remote, [Role.HOST])

    assert await host.closed() == 4003
    await visitor.send("Still here")
    assert await visitor.hear("sent")
    if not joined:
        await host.leave()


async def test_when_the_push_is_lost_the_next_beat_closes_the_socket(host_socket, remote):
    await host_socket.hear("presence")
    await Appointment.objects.filter(pk=remote.pk).aupdate(host_token="another-token-of-host-")

    await host_socket.say("beat", after=0)

    assert await host_socket.closed() == 4003


def test_open_chats_say_that_the_link_no_longer_works(visitor_page, host_page, remote):
    write(visitor_page, "Good morning")
    expect(said(host_page, "Good morning")).to_be_visible()

    with outside_the_loop():
        renew_links(remote, list(Role))

    for page in (visitor_page, host_page):
        expect(page.get_by_role("heading", name="This link no longer works")).to_be_focused(timeout=PUSH_OR_BEAT)
        expect(page.get_by_text("Good morning")).to_have_count(0)
        examine(page)


@pytest.mark.parametrize("role", Role)
def test_open_pages_of_a_visit_say_that_the_link_no_longer_works(server, in_person, phone, role):
    phone.goto(in_person.path(role))
    expect(phone.locator("main")).to_contain_text("Chat")

    with outside_the_loop():
        renew_links(in_person, [role])

    expect(phone.get_by_role("heading", name="This link no longer works")).to_be_visible(timeout=PUSH_OR_BEAT)
    examine(phone)


def test_a_page_that_slept_meanwhile_says_so_when_it_wakes(wire, server, remote, phone):
    phone.goto(wire.url + remote.path(Role.HOST, "chat"))
    expect(phone.get_by_role("textbox", name="Message")).to_be_visible()
    wire.cut()
    with outside_the_loop():
        renew_links(remote, [Role.HOST])

    wire.mend()

    expect(phone.get_by_role("heading", name="This link no longer works")).to_be_visible(timeout=PUSH_OR_BEAT)


def test_a_manager_replaces_a_link_in_the_panel(sign_in, server, in_person, tablet):
    sign_in(tablet)
    tablet.goto(reverse("admin:appointments_appointment_change", args=[in_person.pk]))
    tablet.get_by_role("link", name="New links").click()
    tablet.get_by_label("The visitor’s: Yusuf Al-Masri").uncheck()

    tablet.get_by_role("button", name="Replace").click()

    expect(tablet.get_by_text("The old link no longer works.")).to_be_visible()
    assert Appointment.objects.get().visitor_token == in_person.visitor_token
    assert Appointment.objects.get().host_token != in_person.host_token
