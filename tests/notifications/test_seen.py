"""The live delivery log that the visitor at reception sees."""

from playwright.sync_api import expect

from appointments.choices import Role
from notifications.models import Notification, State
from tests.cast import make_appointment
from tests.notifications.waiting import eventually
from tests.services.twilio import Answer

HOST, HOST_PHONE = "anika@meridianhouse.example", "+919876543201"


def to_host():
    return Notification.objects.filter(audience="host")


def test_a_host_who_can_be_reached_neither_way_is_named_on_the_page(server, mailbox, twilio, host, page):
    mailbox.refuse(HOST)
    twilio.answer_number(HOST_PHONE, Answer(400, 21211, "Not a valid number"))
    appointment = make_appointment(host)
    eventually(to_host(), count=2, state=State.FAILED)

    page.goto(appointment.path(Role.VISITOR))

    told = page.locator("#told")
    expect(told).to_contain_text("Anika Rao could not be told. Please ask at reception.")
    expect(told).to_contain_text("Email not delivered. Please tell reception.")
    expect(told).to_contain_text("If no one comes, call reception on +91 80555 00100.")


def test_one_way_that_works_is_enough(server, mailbox, host, page):
    mailbox.refuse(HOST)
    appointment = make_appointment(host)
    eventually(to_host(), state=State.FAILED)
    eventually(to_host(), state=State.SENT)

    page.goto(appointment.path(Role.VISITOR))

    expect(page.locator("#told")).not_to_contain_text("could not be told")
    expect(page.locator("#told")).to_contain_text("Told by text")


def test_a_report_of_delivery_reaches_the_open_page(server, twilio, in_person, page):
    [text] = twilio.wait(HOST_PHONE)
    eventually(to_host(), count=2, state=State.SENT)
    page.goto(in_person.path(Role.VISITOR))
    expect(page.locator("#told")).to_contain_text("Told by text")

    twilio.report(text, "delivered")

    expect(page.locator("#told")).to_contain_text("Text delivered", timeout=20_000)
