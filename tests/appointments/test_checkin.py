"""Check-in: the visitor's input, and the response to it."""

import re
import uuid
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from appointments.choices import Kind
from appointments.models import Appointment
from hosts.models import Host, Presence
from offices.current import current_office
from tests.cast import make_appointment, make_host


def typed(chosen: Host, **changes: object) -> dict[str, object]:
    """What the visitor types and presses, with `changes`."""
    return {
        "host": chosen.pk,
        "name": "Yusuf Al-Masri",
        "email": "yusuf@visitor.example",
        "phone": "+44 7700 900142",
        "purpose": "Supplier review",
        "people": 2,
        "action": "appointment",
        **changes,
    }


def listed(response: HttpResponse) -> dict[str, str]:
    """The hosts of the page, in order, and the actions that each offers."""
    cards = re.findall(r'data-offers="([^"]*)".*?<strong>(.*?)</strong>', response.content.decode(), re.DOTALL)
    return {unescape(name): actions for actions, name in cards}


@pytest.fixture
def visitor() -> Client:
    """A visitor's browser."""
    return Client()


def test_a_filled_form_starts_an_appointment_and_leads_to_the_visitors_own_page(visitor, host):
    response = visitor.post("/", typed(host))

    appointment = Appointment.objects.get()
    assert response.headers["Location"] == f"/v/{appointment.visitor_token}/"
    assert (appointment.kind, appointment.people) == (Kind.IN_PERSON, 2)
    assert (appointment.host, appointment.purpose) == (host, "Supplier review")
    assert (appointment.visitor_name, appointment.visitor_email, appointment.visitor_phone) == (
        "Yusuf Al-Masri",
        "yusuf@visitor.example",
        "+447700900142",
    )


@pytest.mark.parametrize("people", [1, 20])
def test_a_visitor_comes_alone_or_with_up_to_nineteen_others(visitor, host, people):
    visitor.post("/", typed(host, people=people))

    assert Appointment.objects.get().people == people


def test_the_list_says_what_may_be_asked_of_each_host(visitor, host, remote_host):
    make_host(name="Chen Wei", presence=Presence.AWAY)
    make_appointment(make_host(name="Bea Novak"))

    assert listed(visitor.get("/")) == {
        "Anika Rao": "appointment chat",
        "Bea Novak": "chat",
        "Chen Wei": "",
        "Tomás Herrera": "chat",
    }


def test_the_list_is_in_the_order_of_names(visitor, db):
    for name in ("Chen Wei", "Anika Rao", "Bea Novak"):
        make_host(name=name)

    assert list(listed(visitor.get("/"))) == ["Anika Rao", "Bea Novak", "Chen Wei"]


def test_chat_remotely_starts_a_remote_appointment(visitor, remote_host):
    visitor.post("/", typed(remote_host, action="chat"))

    assert Appointment.objects.get().kind == Kind.REMOTE


def test_a_national_number_is_read_with_the_region_and_stored_as_e164(visitor, host):
    visitor.post("/", typed(host, phone="098765 43210"))

    assert Appointment.objects.get().visitor_phone == "+919876543210"


@pytest.mark.parametrize("name", ["Nguyễn Thị Mai", "יוסף אל־מסרי", "ナオミ", "می‌خواهم", "O’Brien"])
def test_names_take_any_script(visitor, host, name):
    visitor.post("/", typed(host, name=name))

    assert Appointment.objects.get().visitor_name == name


def test_a_name_is_flattened_to_one_plain_line(visitor, host):
    visitor.post("/", typed(host, name="Yusuf\r\nBcc: all@example.com\u202e \x00\x07  Al-Masri"))

    assert Appointment.objects.get().visitor_name == "Yusuf Bcc: all@example.com Al-Masri"


def test_a_visitor_who_gives_no_number_comes_alone(visitor, host):
    visitor.post("/", typed(host, people="", purpose=""))

    assert Appointment.objects.get().people == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("host", "", "Choose who you are here to see"),
        ("host", "no number", "Choose someone else, as this person is no longer listed"),
        ("name", " \u200b\u202e", "Enter your full name"),
        ("name", "x" * 121, "Enter your name in 120 characters or fewer"),
        ("email", "", "Enter your email address, like name@example.com"),
        ("email", "yusuf.almasri@example", "Enter an email address like name@example.com"),
        ("email", "a@example.com\r\nBcc: b@example.com", "Enter an email address like name@example.com"),
        ("phone", "", "Enter your phone number"),
        ("phone", "12", "Enter your phone number with its country code"),
        ("phone", "call me", "Enter your phone number with its country code"),
        ("purpose", "x" * 201, "Say your purpose in 200 characters or fewer"),
        ("people", "0", "Enter the number of people, from 1 to 20"),
        ("people", "21", "Enter the number of people, from 1 to 20"),
        ("people", "two", "Enter the number of people, from 1 to 20"),
        ("action", "", "Choose Start appointment or Chat remotely"),
    ],
)
def test_a_wrong_field_gets_its_own_sentence_and_nothing_else_does(visitor, host, field, value, sentence):
    response = visitor.post("/", typed(host, **{field: value}))

    page = response.content.decode()
    assert [list(errors) for errors in response.context["form"].errors.values()] == [[sentence]]
    assert page.count(f"{escape(sentence)}<") == 2, "in the summary and beside the field"
    assert "<title>Error: Check in" in page
    assert not Appointment.objects.exists()


def test_nothing_typed_is_lost(visitor, host):
    response = visitor.post("/", typed(host, name="Zoë <b>", email="zoë", phone="12", purpose="Tea & talk", people=9))

    for value in ("Zoë <b>", "zoë", "12", "Tea & talk", "9"):
        assert f'value="{escape(value)}"' in response.content.decode()
    assert response.context["chosen"].pk == host.pk


def test_a_host_taken_meanwhile_stays_chosen_and_the_page_offers_the_chat(visitor, host, in_person):
    response = visitor.post("/", typed(host, name="Chen Wei"))

    assert response.status_code == 409
    assert response.context["chosen"].pk == host.pk
    assert "Anika Rao has a visitor. You can chat remotely instead." in response.content.decode()
    assert '<a href="#chat">Chat remotely</a>' in response.content.decode()


def test_a_host_who_went_away_meanwhile_offers_nothing(visitor, host):
    Host.objects.update(presence=Presence.AWAY)

    response = visitor.post("/", typed(host, action="chat"))

    assert response.status_code == 409
    assert "Anika Rao is away. Choose someone else, or ask at reception." in response.content.decode()


def test_a_hidden_host_can_not_be_visited(visitor, host):
    Host.objects.update(is_active=False)
    make_host(name="Daniel Osei")

    assert b"no longer listed" in visitor.post("/", typed(host)).content


def test_the_same_form_sent_twice_is_one_appointment(visitor, host):
    once = typed(host, idempotency_key=str(uuid.uuid4()))

    first, second = visitor.post("/", once), visitor.post("/", once)

    assert first.headers["Location"] == second.headers["Location"]
    assert Appointment.objects.count() == 1


def test_a_form_without_a_valid_idempotency_key_still_checks_in(visitor, host):
    visitor.post("/", typed(host, idempotency_key="not a uuid"))

    assert Appointment.objects.exists()


def test_a_search_for_a_host_stays_in_its_field(visitor, host):
    assert 'value="rao an"' in visitor.get("/?q=rao an").content.decode()
    assert 'value="None"' not in visitor.get("/").content.decode()


def test_the_page_is_an_ordinary_answer_also_when_something_is_to_be_corrected(visitor, host):
    assert visitor.get("/").status_code == 200
    assert visitor.post("/", typed(host, email="none")).status_code == 200


def test_hosts_are_found_whatever_the_accents_and_case(visitor, host):
    make_host(name="Søren Ångström", title="Naïve Design")

    page = visitor.get("/", {"q": "soren ANGS naive"}).content.decode()

    assert "Søren Ångström" in page
    assert "Anika Rao" not in page


def test_without_hosts_the_page_sends_visitors_to_reception(visitor, db):
    page = visitor.get("/").content.decode()

    assert "Welcome. Please ask at reception." in page
    assert 'href="/admin/"' in page


def test_the_list_costs_one_query_however_many_hosts(visitor, db, django_assert_num_queries):
    for number in range(20):
        make_host(name=f"Host{number} Rao")
    current_office()

    with django_assert_num_queries(1):
        visitor.get("/hosts/")
