"""A long conversation: its page has the newest messages and brings the earlier ones, and nothing is lost or doubled."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from chat import limits
from chat.models import Message
from tests.chat.people import enter
from tests.chat.test_pages import said, write
from tests.front.test_access import examine
from tests.services.loop import outside_the_loop

MOST_BYTES = 400_000
# Milliseconds within which a page hears of a change, also where no push crosses processes.
PUSH_OR_BEAT = 20_000


def fill(appointment: Appointment, count: int, text: str = "") -> list[Message]:
    """Store messages by both people in turn, which are numbered from 0, or all of this text; not just now."""
    when = timezone.now() - timedelta(seconds=2 * limits.WINDOW_SECONDS)
    Appointment.objects.filter(pk=appointment.pk).update(started_at=when)
    return Message.objects.bulk_create(
        Message(
            appointment=appointment,
            sender=Role.HOST if number % 3 else Role.VISITOR,
            client_id=uuid4(),
            text=text or f"number {number}.",
            created_at=when,
        )
        for number in range(count)
    )


def numbers(count: range) -> list[str]:
    return [f"number {number}." for number in count]


@pytest.fixture
def numbered(page: Page) -> Callable[[Page], object]:
    """The numbered messages of a page, in the order of the page."""
    return lambda page: page.get_by_role("log").get_by_text(re.compile(r"^number \d+\.$"))


@pytest.mark.parametrize("before", [False, True])
def test_no_page_is_heavier_than_400_kb_however_long_the_conversation_is(remote, client, panel, before):
    messages = fill(remote, 8_020, "x" * 4_000)
    query = f"?before={messages[4_000].pk}" if before else ""

    for role in Role:
        assert len(client.get(remote.path(role, "chat") + query).content) < MOST_BYTES
    record = reverse("admin:appointments_appointment_change", args=[remote.pk])
    assert len(panel.get(record + ("?messages=80" if before else "")).content) < MOST_BYTES


@pytest.mark.parametrize("before", ["x", "-1", "0", "²", "1" * 40, "9" * 18])
def test_an_address_that_names_no_message_shows_the_newest(remote, client, before):
    fill(remote, 60)

    page = client.get(remote.path(Role.HOST, "chat"), {"before": before}).content.decode()

    assert "number 59." in page
    assert "number 9." not in page


def test_the_record_has_all_messages_in_pages(remote, panel):
    fill(remote, 110)
    record = reverse("admin:appointments_appointment_change", args=[remote.pk])

    found = [re.findall(r"number \d+\.", panel.get(record, {"messages": page}).content.decode()) for page in (1, 2, 3)]

    assert found == [numbers(range(50)), numbers(range(50, 100)), numbers(range(100, 110))]


@pytest.mark.parametrize("screen", ["phone", "tablet"])
@pytest.mark.once
def test_earlier_messages_come_in_place_and_what_is_read_stays(server, remote, open_device, numbered, screen):
    fill(remote, 120)
    page = open_device(screen)
    page.goto(remote.path(Role.VISITOR, "chat"))
    expect(numbered(page)).to_have_text(numbers(range(70, 120)))
    link = page.get_by_role("link", name="Earlier messages")
    link.focus()
    first = page.get_by_text("number 70.", exact=True)
    before = first.bounding_box()

    page.keyboard.press("Enter")

    expect(numbered(page)).to_have_text(numbers(range(20, 120)))
    assert before is not None
    assert (after := first.bounding_box()) is not None
    assert abs(after["y"] - before["y"]) < 2
    expect(page.get_by_text("Earlier messages: 50")).to_be_attached()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(numbered(page)).to_have_text(numbers(range(120)))
    expect(link).to_have_count(0)
    expect(page.get_by_role("log")).to_be_focused()
    write(page, "And now?")
    expect(said(page, "And now?")).to_contain_text("Sent")
    expect(page.get_by_role("log").locator(".day")).to_have_count(1)


@pytest.mark.once
def test_without_scripts_links_lead_through_the_pages(server, remote, new_context):
    fill(remote, 60)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(remote.path(Role.HOST, "chat"))
    page.get_by_role("link", name="Earlier messages").click()
    expect(page.get_by_text("number 9.", exact=True)).to_be_attached()
    expect(page.get_by_text("number 10.", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Newest messages").click()

    expect(page.get_by_text("number 59.", exact=True)).to_be_attached()


@pytest.mark.once
@pytest.mark.parametrize(("count", "words"), [(60, "Earlier"), (1_900, "is nearly full"), (2_000, "is full")])
def test_no_state_of_a_long_conversation_has_a_violation(server, remote, page, count, words):
    fill(remote, count)
    page.goto(remote.path(Role.HOST, "chat"))
    expect(page.get_by_text(words).first).to_be_visible()

    examine(page)


def test_an_earlier_page_catches_up_with_all_that_follows(server, remote, phone, numbered):
    messages = fill(remote, 320)

    phone.goto(f"{remote.path(Role.HOST, 'chat')}?before={messages[50].pk}")

    expect(numbered(phone)).to_have_text(numbers(range(320)))
    expect(phone.get_by_role("link", name="Newest messages")).to_have_count(0)


async def test_who_joins_with_the_newest_page_gets_what_came_since_and_nothing_twice(remote, transactional_db):
    *_, last = await Message.objects.abulk_create(
        Message(appointment=remote, sender=Role.HOST, client_id=uuid4(), text=str(number)) for number in range(150)
    )
    visitor = await enter(remote, Role.VISITOR, after=last.pk)

    await visitor.send("new")

    assert [message["text"] for message in (await visitor.hear("messages"))["messages"]] == ["new"]
    await visitor.leave()


@pytest.mark.once
@pytest.mark.parametrize(("role", "screen"), [(Role.VISITOR, "tablet"), (Role.HOST, "phone")])
def test_a_conversation_says_that_it_is_nearly_full_and_then_what_to_do(server, remote, open_device, role, screen):
    fill(remote, limits.MAX_CONVERSATION_MESSAGES - 1)
    page = open_device(screen)
    page.goto(remote.path(role, "chat"))
    expect(page.get_by_text("This conversation is nearly full.")).to_be_visible()

    # With one call, because the composer closes as soon as the page hears that the conversation is full.
    page.get_by_role("textbox", name="Message").evaluate("""field => {
        for (const text of ["The last one", "One too many"]) {
            field.value = text;
            field.form.requestSubmit();
        }
    }""")

    expect(said(page, "The last one")).to_contain_text("Sent")
    expect(page.get_by_text("This conversation is full", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_be_hidden()
    expect(said(page, "One too many")).to_contain_text("Not sent")
    expect(page.get_by_text("End the appointment" if role == Role.VISITOR else "Call Yusuf")).to_be_visible()
    page.reload()
    expect(page.get_by_text("This conversation is full", exact=True)).to_be_visible()
    with outside_the_loop():
        remote.end(EndedBy.HOST)
    expect(page.get_by_text("This appointment ended at")).to_be_visible(timeout=PUSH_OR_BEAT)
    expect(page.get_by_text("This conversation is full", exact=True)).to_be_hidden()
