"""The pages behind the two links."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from appointments.models import Appointment, EndedBy, Reply, Role
from notifications.models import Audience, Notification, State


@pytest.fixture
def anyone() -> Client:
    """A browser that holds no cookie and keeps to no form of ours: all it has is a link."""
    return Client(enforce_csrf_checks=True)


PAGES = [(role, page) for role in Role for page in ("link", "live", "end")]


@pytest.mark.parametrize(("role", "page"), PAGES)
def test_pages_behind_a_link_are_kept_by_no_one_and_tell_no_one(anyone, in_person, role, page):
    response = anyone.get(in_person.path(role, page))

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies


@pytest.mark.parametrize(("role", "page"), [*PAGES, (Role.HOST, "reply")])
def test_the_other_persons_token_opens_nothing(anyone, in_person, role, page):
    other = Role.HOST if role == Role.VISITOR else Role.VISITOR
    path = in_person.path(role, page).replace(in_person.token(role), in_person.token(other))

    response = anyone.get(path)

    assert response.status_code == 404
    assert b"There is no page here" in response.content


@pytest.mark.parametrize(("role", "page"), PAGES)
def test_opening_any_page_ends_nothing(anyone, in_person, role, page):
    anyone.get(in_person.path(role, page))
    anyone.head(in_person.path(role, page))

    in_person.refresh_from_db()
    assert in_person.is_ongoing


@pytest.mark.parametrize("role", Role)
def test_the_button_ends_it_and_the_link_then_shows_the_details(anyone, in_person, role):
    response = anyone.post(in_person.path(role, "end"), follow=True)

    in_person.refresh_from_db()
    page = response.content.decode()
    assert in_person.ended_by == role
    for detail in (
        "Thank you for your visit",
        "Yusuf Al-Masri",
        "+44 7700 900142",
        "Anika Rao",
        "4th floor, 12 Residency Road",
        "0 minutes",
    ):
        assert detail in page
    assert page.count("<time datetime=") == 3


def test_ending_from_both_sides_keeps_the_first(anyone, in_person):
    anyone.post(in_person.path(Role.HOST, "end"))
    anyone.post(in_person.path(Role.VISITOR, "end"))

    in_person.refresh_from_db()
    assert in_person.ended_by == EndedBy.HOST


def test_an_ended_appointments_end_page_leads_to_its_details(anyone, in_person):
    in_person.end(EndedBy.MANAGER)

    assert anyone.get(in_person.path(Role.VISITOR, "end")).headers["Location"] == in_person.path(Role.VISITOR)


@pytest.mark.parametrize("role", Role)
def test_an_expired_link_says_so(anyone, in_person, role):
    days = settings.LINK_RETENTION_DAYS + 1
    Appointment.objects.update(
        started_at=timezone.now() - timedelta(days=days + 1),
        ended_at=timezone.now() - timedelta(days=days),
        ended_by=EndedBy.VISITOR,
    )

    response = anyone.get(in_person.path(role))

    assert response.status_code == 410
    assert b"This link has expired" in response.content
    assert b"tel:+918055500100" in response.content


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Reply.ON_MY_WAY, "Anika Rao is on the way"),
        (Reply.FIVE_MINUTES, "Anika Rao will be five minutes"),
        (Reply.COLLEAGUE, "A colleague will meet you"),
    ],
)
def test_the_visitors_page_shows_the_hosts_reply(anyone, in_person, reply, shown):
    anyone.post(in_person.path(Role.HOST, "reply"), {"reply": reply})

    assert shown in anyone.get(in_person.path(Role.VISITOR)).content.decode()


def test_a_reply_may_be_changed_and_the_last_one_counts(anyone, in_person):
    anyone.post(in_person.path(Role.HOST, "reply"), {"reply": "five_minutes"})
    anyone.post(in_person.path(Role.HOST, "reply"), {"reply": "on_my_way"})

    assert "You said “I’m on my way”" in anyone.get(in_person.path(Role.HOST)).content.decode()


def test_a_reply_that_is_none_is_refused_with_a_page(anyone, in_person):
    response = anyone.post(in_person.path(Role.HOST, "reply"), {"reply": "<script>"})

    assert response.status_code == 400
    assert b"This could not be read" in response.content


def test_a_reply_after_the_end_changes_nothing(anyone, in_person):
    in_person.end(EndedBy.VISITOR)

    anyone.post(in_person.path(Role.HOST, "reply"), {"reply": "on_my_way"})

    in_person.refresh_from_db()
    assert in_person.reply == ""


def test_what_a_visitor_typed_is_text_on_every_page(anyone, in_person):
    Appointment.objects.update(visitor_name="<script>alert(1)</script>", purpose="<img src=x onerror=alert(1)>")

    for role, page in PAGES:
        content = anyone.get(in_person.path(role, page)).content
        assert b"<script>alert" not in content
        assert b"<img" not in content


@pytest.fixture
def telling(in_person: Appointment) -> Notification:
    """The text that tells the host."""
    in_person.notifications.all().delete()
    return Notification.objects.create(
        subject=in_person,
        event="started",
        audience=Audience.HOST,
        channel="sms",
        recipient="+919876543201",
        template="host-arrival",
        facts={},
        due_at=None,
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.QUEUED, "Sending a text"),
        (State.SENDING, "Sending a text"),
        (State.SENT, "Told by text"),
        (State.DELIVERED, "Text delivered"),
        (State.FAILED, "Text not delivered. Reception has been told."),
    ],
)
def test_the_visitors_page_says_how_far_the_telling_has_come(anyone, in_person, telling, state, sentence):
    Notification.objects.update(state=state)

    assert sentence in anyone.get(in_person.path(Role.VISITOR)).content.decode()


def test_where_telling_failed_the_visitor_is_given_receptions_number(anyone, in_person, telling):
    Notification.objects.update(state=State.FAILED)

    assert b"tel:+918055500100" in anyone.get(in_person.path(Role.VISITOR, "live")).content


@pytest.mark.parametrize("role", Role)
def test_the_link_of_a_chat_that_is_going_on_is_the_chat(anyone, remote, role):
    assert anyone.get(remote.path(role)).headers["Location"] == remote.path(role, "chat")


@pytest.mark.parametrize("role", Role)
def test_the_page_of_a_visit_leads_into_its_conversation(anyone, in_person, role):
    assert f'href="{in_person.path(role, "chat")}"' in anyone.get(in_person.path(role)).content.decode()


def test_the_live_part_of_a_page_that_no_longer_stands_is_a_redirect(anyone, in_person):
    in_person.end(EndedBy.HOST)

    assert anyone.get(in_person.path(Role.VISITOR, "live")).status_code == 302
