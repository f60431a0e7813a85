"""Links with mail scanners that open all of them, and with visitors of the same name."""

import urllib.request

from playwright.sync_api import expect

from appointments.models import Appointment
from tests.cast import make_host
from tests.journeys.walk import VISITOR_EMAIL, check_in, end, link_in_text, links_in_mail, write


def test_a_scanner_that_opens_every_link_in_every_message_ends_nothing(server, mailbox, twilio, in_person, remote):
    texts, mails = twilio.wait(count=4), mailbox.wait(count=4)
    found = {link_in_text(text.body) for text in texts}.union(*(links_in_mail(mail) for mail in mails))
    # Two links of each person: one in the text, one more in the email.
    assert len(found) >= 6

    for link in found:
        for method in ("HEAD", "GET"):
            with urllib.request.urlopen(urllib.request.Request(link, method=method)) as answer:
                assert answer.status == 200

    assert Appointment.objects.ongoing().count() == 2


def test_two_visitors_of_one_name_at_two_hosts_never_meet(open_device, server, mailbox, twilio):
    hosts = [make_host(name="Anika Rao", phone="+447700900101"), make_host(name="Daniel Osei", phone="+447700900102")]
    visitors, chats = [open_device("tablet"), open_device("tablet")], [open_device("phone"), open_device("phone")]
    for host, visitor, chat in zip(hosts, visitors, chats, strict=True):
        check_in(visitor, host.name, "Chat remotely")
        write(visitor, f"This is for {host.name}")
        chat.goto(link_in_text(twilio.wait(host.phone)[0].body))

    for page, mine, other in [(visitors[0], 0, 1), (chats[0], 0, 1), (visitors[1], 1, 0), (chats[1], 1, 0)]:
        expect(page.get_by_text(f"This is for {hosts[mine].name}")).to_be_visible()
        expect(page.get_by_text(f"This is for {hosts[other].name}")).to_be_hidden()

    end(visitors[0])
    mailbox.wait(VISITOR_EMAIL, count=3)

    ended, ongoing = Appointment.objects.get(host=hosts[0]), Appointment.objects.get(host=hosts[1])
    assert (ended.is_ongoing, ongoing.is_ongoing) == (False, True)
    assert len({ended.visitor_token, ended.host_token, ongoing.visitor_token, ongoing.host_token}) == 4
    expect(chats[1].get_by_role("textbox", name="Message")).to_be_visible()
