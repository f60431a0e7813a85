"""The three journeys from check-in to the record, on reception's tablet and on the visitor's own phone.

Pages in a real browser, mail over SMTP, texts over HTTP, between the web process, the worker and the providers.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import (
    VISITOR,
    VISITOR_EMAIL,
    VISITOR_PHONE,
    check_in,
    end,
    expect_details,
    link_in_text,
    write,
)

pytestmark = pytest.mark.parametrize("held", ["tablet", "phone"])


@pytest.fixture
def visitor(open_device, held):
    """The visitor's page, on either device."""
    return open_device(held)


def test_in_person(visitor, phone, host, mailbox, twilio):
    check_in(visitor, host.name, "Start appointment")
    expect(visitor.get_by_role("heading", name="You’re checked in")).to_be_visible()
    mailbox.wait(host.email, VISITOR)
    mailbox.wait(VISITOR_EMAIL)
    twilio.wait(VISITOR_PHONE, host.name)

    phone.goto(link_in_text(twilio.wait(host.phone)[0].body))
    expect(phone.get_by_role("heading", name=f"{VISITOR} is here to see you")).to_be_visible()
    phone.get_by_role("button", name="I’m on my way").click()
    expect(visitor.get_by_role("heading", name=f"{host.name} is on the way")).to_be_visible()
    twilio.wait(VISITOR_PHONE, "is on the way")

    end(visitor)
    expect_details(visitor, host.name)
    twilio.wait(VISITOR_PHONE, "12 Residency Road")
    assert "12 Residency Road" in mailbox.wait(VISITOR_EMAIL, count=2)[1].as_string()

    visitor.goto("/")
    expect(visitor.get_by_role("radio", name=f"{host.name} {host.title} Available")).to_be_visible()


def test_remote(visitor, phone, remote_host, mailbox, twilio):
    check_in(visitor, remote_host.name, "Chat remotely")
    expect(visitor.get_by_role("heading", name=remote_host.name)).to_be_visible()
    write(visitor, "I have brought the samples")

    phone.goto(link_in_text(twilio.wait(remote_host.phone)[0].body))
    messages = phone.get_by_role("log", name="Messages")
    expect(messages.get_by_text("I have brought the samples")).to_be_visible()
    write(phone, "Leave them with reception")
    expect(visitor.get_by_role("log", name="Messages").get_by_text("Leave them with reception")).to_be_visible()

    end(visitor)
    expect_details(visitor, remote_host.name)
    expect(phone.get_by_text(re.compile(r"This appointment ended at \d\d:\d\d"))).to_be_visible()
    expect(messages.get_by_text("Leave them with reception")).to_be_visible()
    mailbox.wait(VISITOR_EMAIL, count=2)


def test_ended_from_the_hosts_side(visitor, phone, host, mailbox, twilio):
    check_in(visitor, host.name, "Start appointment")
    expect(visitor.get_by_role("heading", name="You’re checked in")).to_be_visible()

    phone.goto(link_in_text(twilio.wait(host.phone)[0].body))
    end(phone)

    expect_details(phone, host.name, f"{VISITOR}’s visit")
    expect_details(visitor, host.name)
    twilio.wait(VISITOR_PHONE, "12 Residency Road")
    mailbox.wait(VISITOR_EMAIL, count=2)
