"""The first page of the panel calls for attention when a message is not delivered."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from notifications.models import Notification, State
from tests.cast import make_appointment, make_host
from tests.notifications.waiting import eventually

pytestmark = pytest.mark.once

COUNT_TONES = """
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...times) { window.tones += 1; return start.apply(this, times); };
"""
# The page asks again every 15 seconds.
PATIENCE = 30_000


def fail_for(mailbox, host):
    """A visitor comes to this host, whose email is refused."""
    mailbox.refuse(host.email)
    make_appointment(host, visitor_phone="+447700900143" if host.name == "Bea Novak" else "+447700900142")
    eventually(Notification.objects.filter(recipient=host.email), state=State.FAILED)


def test_a_failure_is_counted_in_the_title_and_heard_where_the_sound_is_on(page, sign_in, mailbox, host):
    page.add_init_script(COUNT_TONES)
    sign_in(page)
    fail_for(mailbox, host)
    expect(page).to_have_title(re.compile(r"^\(1\) "), timeout=PATIENCE)
    assert page.evaluate("tones") == 0

    page.get_by_role("button", name="Sound when a message is not delivered").click()
    before = page.evaluate("tones")
    fail_for(mailbox, make_host(name="Bea Novak", phone=""))

    expect(page).to_have_title(re.compile(r"^\(2\) "), timeout=PATIENCE)
    assert page.evaluate("tones") == before + 1
    page.reload()
    expect(page.get_by_role("button", name="Turn sound off")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(2\) "))


def test_it_is_mended_where_it_is_met(page, sign_in, mailbox, host):
    fail_for(mailbox, host)
    sign_in(page)
    host.email = "anika.rao@meridianhouse.example"
    type(host).objects.filter(pk=host.pk).update(email=host.email)
    page.reload()

    page.get_by_role("button", name="Send again to anika.rao@meridianhouse.example").click()

    expect(page.get_by_text("The message is being sent again, to anika.rao@meridianhouse.example.")).to_be_visible()
    mailbox.wait(host.email, "Yusuf Al-Masri is here to see you")
    expect(page.locator("#dashboard-failed")).not_to_contain_text("anika", timeout=PATIENCE)
