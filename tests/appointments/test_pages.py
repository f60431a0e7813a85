"""The pages behind the two links."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from appointments.choices import EndedBy, Kind, Reply, Role
from appointments.delivery_log import telling
from appointments.models import Appointment
from appointments.notices import remind
from hosts.models import Host
from notifications.models import Audience, Notification, State
from offices.current import current_office
from tests.cast import make_appointment, make_host


@pytest.fixture
def anyone() -> Client:
    """A browser without cookies and CSRF token: its only credential is a link."""
    return Client(enforce_csrf_checks=True)


PAGES = [(role, page) for role in Role for page in ("link", "live", "end")]


@pytest.mark.parametrize(("role", "page"), PAGES)
def test_pages_behind_a_link_are_not_cached_not_indexed_and_send_no_referrer(anyone, in_person, role, page):
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
        "Yusuf Al-Masri’s visit" if role == Role.HOST else "Thank you for your visit",
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
    days = current_office().link_retention_days + 1
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
        (Reply.COLLEAGUE, "Please ask at reception"),
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
def status(in_person: Appointment) -> Notification:
    """The text that notifies the host."""
    in_person.notifications.all().delete()
    return Notification.objects.create(
        subject=in_person,
        event="started",
        audience=Audience.HOST,
        channel="sms",
        recipient="+919876543201",
        template="host-arrival",
        context={},
        due_at=None,
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.QUEUED, "Sending a text"),
        (State.SENDING, "Sending a text"),
        (State.SENT, "Told by text"),
        (State.DELIVERED, "Text delivered"),
        (State.KEPT, "No text sent: texts are not set up. Please tell reception."),
        (State.FAILED, "Text not delivered. Please tell reception."),
    ],
)
def test_the_visitors_page_shows_the_state_of_the_notification(anyone, in_person, status, state, sentence):
    Notification.objects.update(state=state)

    assert sentence in anyone.get(in_person.path(Role.VISITOR)).content.decode()


def test_when_delivery_failed_the_visitor_sees_receptions_number(anyone, in_person, status):
    Notification.objects.update(state=State.FAILED)

    assert b"tel:+918055500100" in anyone.get(in_person.path(Role.VISITOR, "live")).content


@pytest.mark.parametrize("states", [[State.SENT, State.SENT], [State.SENT, State.FAILED], [State.FAILED, State.FAILED]])
def test_only_where_every_way_failed_the_host_is_said_to_be_out_of_reach(anyone, in_person, states):
    told = in_person.notifications.filter(audience=Audience.HOST).order_by("pk")
    for notification, state in zip(told, states, strict=True):
        Notification.objects.filter(pk=notification.pk).update(state=state)

    told = anyone.get(in_person.path(Role.VISITOR)).context["telling"]

    assert (told.has_trouble, told.failed) == (State.FAILED in states, State.SENT not in states)


def test_the_log_is_of_what_told_the_host_of_the_arrival(in_person):
    in_person.notifications.filter(audience=Audience.HOST).update(state=State.SENT)
    in_person.notifications.filter(audience=Audience.VISITOR).update(state=State.FAILED)
    remind(in_person)

    assert [(line.channel.name, line.sentence) for line in telling(in_person).lines] == [
        ("email", "Told by email"),
        ("sms", "Told by text"),
    ]


def test_what_was_withdrawn_is_not_in_the_log(in_person):
    in_person.notifications.filter(channel="sms").update(state=State.CANCELLED)

    assert [line.channel.name for line in telling(in_person).lines] == ["email"]


@pytest.mark.parametrize(
    ("state", "icon", "times", "when"),
    [
        (State.QUEUED, "text", ["sent_at", "failed_at"], None),
        (State.SENT, "text", ["sent_at"], "sent_at"),
        (State.DELIVERED, "text", ["sent_at", "delivered_at"], "delivered_at"),
        (State.FAILED, "warning", ["sent_at", "failed_at"], "failed_at"),
    ],
)
def test_a_line_of_the_log_has_its_pictogram_and_the_time_since_when(in_person, status, state, icon, times, when):
    moments = {name: status.created_at + timedelta(minutes=number) for number, name in enumerate(times)}
    Notification.objects.update(state=state, **moments)

    [line] = telling(in_person).lines

    assert (line.icon, line.when) == (icon, moments[when] if when else None)


def test_the_host_is_offered_each_reply(anyone, in_person):
    page = anyone.get(in_person.path(Role.HOST)).content.decode()

    assert [f'value="{reply}"' in page for reply in Reply] == [True] * 3


@pytest.mark.parametrize("role", Role)
def test_the_link_of_a_chat_that_is_going_on_is_the_chat(anyone, remote, role):
    assert anyone.get(remote.path(role)).headers["Location"] == remote.path(role, "chat")


def test_a_chat_says_whether_the_host_is_there(anyone, remote):
    Host.objects.update(presence="away")
    make_appointment(make_host(name="Bea Novak"))

    assert anyone.get(remote.path(Role.VISITOR, "chat")).context["host_availability"] == "away"


def test_a_host_who_sees_a_visitor_is_in_a_meeting_for_those_who_chat(anyone, in_person):
    chat = make_appointment(in_person.host, kind=Kind.REMOTE)

    assert anyone.get(chat.path(Role.VISITOR, "chat")).context["host_availability"] == "meeting"


def test_the_chat_of_a_deleted_host_says_nothing_of_them(anyone, remote):
    remote.end(EndedBy.HOST)
    Host.objects.all().delete()

    assert anyone.get(remote.path(Role.VISITOR, "chat")).context["host_availability"] is None


@pytest.mark.parametrize("role", Role)
def test_the_page_of_a_visit_leads_into_its_conversation(anyone, in_person, role):
    assert f'href="{in_person.path(role, "chat")}"' in anyone.get(in_person.path(role)).content.decode()


def test_the_live_part_of_an_ended_appointments_page_is_a_redirect(anyone, in_person):
    in_person.end(EndedBy.HOST)

    assert anyone.get(in_person.path(Role.VISITOR, "live")).status_code == 302
