"""Each statement of `chat/sql.py` gives the same result as the equivalent query of the ORM."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import Length
from django.utils import timezone

from appointments.choices import EndedBy, Role
from appointments.models import Appointment
from chat import limits, sql
from chat.conversation import Session, conversation_state, unread_count
from chat.models import ConversationEnded, ConversationFull, Message, Participant, TooManyAtOnce
from tests.cast import make_appointment

pytestmark = pytest.mark.django_db


def say(appointment: Appointment, text: str, sender: Role = Role.VISITOR) -> Message:
    return Message.objects.post(appointment_id=appointment.pk, sender=sender, client_id=uuid4(), text=text)


@pytest.fixture
def others(remote, host) -> Appointment:
    """Another conversation, whose ids lie between those of the first."""
    return make_appointment(host, visitor_name="Chen Wei")


@pytest.fixture
def said(remote: Appointment, others: Appointment) -> list[Message]:
    """Five messages of the conversation."""
    messages = []
    for number in range(5):
        messages.append(say(remote, f"Message {number}", Role.HOST if number % 2 else Role.VISITOR))
        say(others, f"Another {number}")
    return messages


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize("position", range(6))
def test_batch(remote, said, position, size):
    after = said[position - 1].pk if position else 0

    twin = Message.objects.filter(appointment=remote, pk__gt=after).order_by("pk")[:size]

    found = Message.objects.batch(remote.pk, after, size)
    fields = [field.attname for field in Message._meta.concrete_fields]
    assert [[getattr(row, name) for name in fields] for row in found] == [
        list(row) for row in twin.values_list(*fields)
    ]


@pytest.mark.parametrize("first", range(-1, 5))
@pytest.mark.parametrize("last", range(5))
def test_between(remote, said, first, last):
    after = said[first].pk if first >= 0 else 0

    with connection.cursor() as cursor:
        cursor.execute(sql.BETWEEN, [remote.pk, after, said[last].pk])
        found = cursor.fetchone() is not None

    assert found == Message.objects.filter(appointment=remote, pk__gt=after, pk__lt=said[last].pk).exists()


@pytest.mark.parametrize("emailed_upto", [0, 7])
@pytest.mark.parametrize("read_upto", [0, 4, 5, 6])
@pytest.mark.parametrize("role", Role)
def test_read(remote, others, role, read_upto, emailed_upto):
    for appointment in (remote, others):
        for each in Role:
            Participant.objects.create(
                appointment=appointment, role=each, read_upto=read_upto, emailed_upto=emailed_upto
            )
    before = list(Participant.objects.order_by("pk").values())

    with connection.cursor() as cursor:
        cursor.execute(sql.READ, [5, remote.pk, role.value, 5])
        changed = cursor.rowcount

    after = list(Participant.objects.order_by("pk").values())
    Participant.objects.all().delete()
    Participant.objects.bulk_create(Participant(**row) for row in before)
    twin = Participant.objects.filter(appointment=remote, role=role, read_upto__lt=5, emailed_upto=0)
    assert changed == twin.update(read_upto=5)
    assert after == list(Participant.objects.order_by("pk").values())


@pytest.mark.parametrize("has_ended", [False, True])
@pytest.mark.parametrize("opened", [[], [Role.VISITOR], [Role.HOST], [Role.VISITOR, Role.HOST]])
@pytest.mark.parametrize("messages", [0, 3])
def test_state(remote, others, messages, opened, has_ended):
    for number in range(messages):
        say(remote, f"Message {number}")
        say(others, "Another")
    for role in opened:
        Participant.objects.open(remote.pk, role)
        Participant.objects.read(remote.pk, role, 1)
    if has_ended:
        remote.end(EndedBy.HOST)

    with connection.cursor() as cursor:
        cursor.execute(sql.STATE, [remote.pk])
        found = cursor.fetchone()

    participants = {each.role: each for each in Participant.objects.filter(appointment=remote)}
    visitor, host = participants.get(Role.VISITOR), participants.get(Role.HOST)
    newest = Message.objects.filter(appointment=remote).order_by("-pk").values_list("pk", flat=True).first()
    moments = [remote.ended_at, visitor and visitor.opened_at, host and host.opened_at]
    assert [moment and moment.replace(tzinfo=None) for moment in found[:3]] == [
        moment and moment.replace(tzinfo=None) for moment in moments
    ]
    assert list(found[3:6]) == [visitor and visitor.read_upto, host and host.read_upto, newest]
    twin = Message.objects.filter(appointment=remote).aggregate(count=Count("pk"), length=Sum(Length("text")))
    assert list(found[6:]) == [twin["count"], twin["length"], remote.visitor_token, remote.host_token]
    state = conversation_state(remote.pk, Role.VISITOR, remote.visitor_token)
    assert (state.ended_at, state.newest, state.read_upto) == (
        remote.ended_at,
        newest or 0,
        host.read_upto if host else 0,
    )


def store(appointment_id: int, sender: Role, client_id: UUID, text: str) -> list[object] | None:
    """The row that the statement stores; None when it stores nothing."""
    lock = connection.features.has_select_for_update
    field = Message._meta.get_field("client_id")
    moment = Message._meta.get_field("created_at")
    values = [
        sender.value,
        field.get_db_prep_save(client_id, connection),
        text,
        moment.get_db_prep_save(NOW, connection),
    ]
    since = moment.get_db_prep_save(SINCE, connection)
    with connection.cursor() as cursor:
        cursor.execute(sql.store(can_lock=lock), [*values, appointment_id, sender.value, since, appointment_id])
        stored = cursor.fetchone()
    return stored and stored_values(stored[0])


def store_by_django(appointment_id: int, sender: Role, client_id: UUID, text: str) -> list[object] | None:
    """The same with queries of the ORM."""
    try:
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update().get(pk=appointment_id, ended_at=None)
            said = appointment.messages.aggregate(count=Count("pk"), length=Sum(Length("text"), default=0))
            if (
                said["count"] >= limits.MAX_CONVERSATION_MESSAGES
                or said["length"] >= limits.MAX_CONVERSATION_CHARACTERS
            ):
                return None
            if appointment.messages.filter(sender=sender, created_at__gt=SINCE).count() >= limits.MAX_MESSAGES:
                return None
            message = Message.objects.create(
                appointment=appointment, sender=sender, client_id=client_id, text=text, created_at=NOW
            )
    except (Appointment.DoesNotExist, IntegrityError):
        return None
    return stored_values(message.pk)


NOW = timezone.now()
SINCE = NOW - timedelta(seconds=10)


def stored_values(pk: int) -> list[object]:
    row = Message.objects.get(pk=pk)
    return [row.appointment_id, row.sender, row.client_id, row.text, row.created_at]


CASES = ["first", "again", "again by the other", "ended", "gone"]
ROOM = ["one short of full", "full", "one character short", "full of characters"]
PACE = ["one short of too many", "too many", "too many of the other", "too many a while ago"]


@pytest.mark.parametrize("case", [*CASES, *ROOM, *PACE])
def test_store(remote, others, monkeypatch, case):
    monkeypatch.setattr(limits, "MAX_CONVERSATION_MESSAGES", 6)
    monkeypatch.setattr(limits, "MAX_CONVERSATION_CHARACTERS", 40)
    monkeypatch.setattr(limits, "MAX_MESSAGES", 3)
    ref = uuid4()
    fill(others, 6, "in another conversation", Role.VISITOR, NOW)
    match case:
        case "one short of full" | "full":
            fill(remote, 6 - ("short" in case), "é", Role.HOST, NOW)
        case "one character short" | "full of characters":
            fill(remote, 1, "é" * (40 - ("short" in case)), Role.HOST, NOW)
        case "one short of too many" | "too many":
            fill(remote, 3 - ("short" in case), "é", Role.VISITOR, NOW)
        case "too many of the other":
            fill(remote, 3, "é", Role.HOST, NOW)
        case "too many a while ago":
            fill(remote, 3, "é", Role.VISITOR, SINCE)
    appointment_id = remote.pk + 1000 if case == "gone" else remote.pk
    if case.startswith("again"):
        sender = Role.HOST if case.endswith("other") else Role.VISITOR
        Message.objects.create(appointment=remote, sender=sender, client_id=ref, text="Before")
    if case == "ended":
        remote.end(EndedBy.HOST)

    with transaction.atomic():
        found = store(appointment_id, Role.VISITOR, ref, "It’s 👍\nfine")
        count = Message.objects.count()
        transaction.set_rollback(True)
    twin = store_by_django(appointment_id, Role.VISITOR, ref, "It’s 👍\nfine")

    assert found == twin
    assert count == Message.objects.count()
    assert (found is not None) == (case in {"first", "again by the other", *TAKEN})


TAKEN = {case for case in [*ROOM, *PACE] if "short" in case or "other" in case or "ago" in case}


def fill(appointment: Appointment, count: int, text: str, sender: Role, when: datetime) -> None:
    Message.objects.bulk_create(
        Message(appointment=appointment, sender=sender, client_id=uuid4(), text=text, created_at=when)
        for _ in range(count)
    )


def test_why_a_message_is_not_taken_is_said(remote, monkeypatch):
    monkeypatch.setattr(limits, "MAX_MESSAGES", 2)
    for _ in range(2):
        first_and_second = say(remote, "Hello")

    with pytest.raises(TooManyAtOnce) as refusal:
        say(remote, "At once")

    assert 0 < refusal.value.wait <= 10
    say(remote, "The other may", Role.HOST)
    monkeypatch.setattr(limits, "MAX_CONVERSATION_MESSAGES", 3)
    with pytest.raises(ConversationFull):
        say(remote, "No room", Role.HOST)
    again = Message.objects.post(
        appointment_id=remote.pk, sender=Role.VISITOR, client_id=first_and_second.client_id, text="Hello"
    )
    assert again.pk == first_and_second.pk


def test_what_is_said_after_the_end_is_refused(remote):
    remote.end(EndedBy.HOST)

    with pytest.raises(ConversationEnded):
        say(remote, "Too late")


def test_a_read_mark_never_goes_back(remote):
    Participant.objects.open(remote.pk, Role.HOST)

    assert Participant.objects.read(remote.pk, Role.HOST, 5) == (True, 0)
    assert Participant.objects.read(remote.pk, Role.HOST, 3) == (False, 0)

    assert Participant.objects.get(role=Role.HOST).read_upto == 5


def test_a_read_mark_that_withdraws_an_email_never_goes_back_either(remote):
    Participant.objects.open(remote.pk, Role.HOST)
    Participant.objects.filter(role=Role.HOST).update(read_upto=5, emailed_upto=9, emailed_at=timezone.now())

    assert Participant.objects.read(remote.pk, Role.HOST, 3) == (False, 0)

    assert Participant.objects.get(role=Role.HOST).read_upto == 5


@pytest.mark.parametrize(("emailed_upto", "emailed"), [(1, 1), (5, 5), (6, 0)])
def test_reading_all_that_an_email_tells_of_is_said_once_and_to_nobody_else(remote, others, emailed_upto, emailed):
    for appointment in (remote, others):
        for each in Role:
            Participant.objects.create(appointment=appointment, role=each, emailed_upto=emailed_upto)
    bystanders = Participant.objects.exclude(appointment=remote, role=Role.HOST)
    before = list(bystanders.order_by("pk").values())

    assert Participant.objects.read(remote.pk, Role.HOST, 5) == (True, emailed)
    assert Participant.objects.read(remote.pk, Role.HOST, 5) == (False, 0)

    reader = Participant.objects.get(appointment=remote, role=Role.HOST)
    assert (reader.read_upto, reader.emailed_upto) == (5, 0 if emailed else emailed_upto)
    assert list(bystanders.order_by("pk").values()) == before


def test_a_message_sent_again_is_the_senders_own_of_this_conversation(remote, others):
    ref = uuid4()

    def post(appointment: Appointment, sender: Role) -> Message:
        return Message.objects.post(
            appointment_id=appointment.pk, sender=sender, client_id=ref, text=f"{appointment.pk} {sender}"
        )

    first = {(appointment.pk, sender): post(appointment, sender) for appointment in (others, remote) for sender in Role}
    post(remote, Role.HOST)
    say(remote, "Something else", Role.HOST)

    assert len({message.pk for message in first.values()}) == 4
    assert post(remote, Role.HOST).pk == first[remote.pk, Role.HOST].pk
    assert post(others, Role.HOST).pk == first[others.pk, Role.HOST].pk


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("read", [None, *range(5)])
def test_unread(remote, said, role, read):
    upto = 0
    if read is not None:
        upto = said[read].pk
        Participant.objects.create(appointment=remote, role=role, read_upto=upto)

    twin = Message.objects.filter(appointment=remote, pk__gt=upto).exclude(sender=role)

    assert unread_count(remote.pk, role) == twin.count()


def test_each_opens_the_chat_for_themselves_and_the_first_time_counts(remote, others):
    Participant.objects.open(others.pk, Role.HOST)
    Participant.objects.open(remote.pk, Role.HOST)
    first = Participant.objects.get(appointment=remote, role=Role.HOST).opened_at
    Participant.objects.open(remote.pk, Role.HOST)

    assert first is not None
    assert Participant.objects.get(appointment=remote, role=Role.HOST).opened_at == first
    assert Participant.objects.get(appointment=remote, role=Role.VISITOR).opened_at is None


def test_how_a_conversation_stands_is_seen_from_the_others_side(remote):
    visitor, host = (Session(role, remote.token(role)) for role in (Role.VISITOR, Role.HOST))
    visitor.join("reception", 0)
    for _ in range(3):
        last = say(remote, "Hello")
    host.join("phone", 0)
    for person in (visitor, host):
        person.come()
    host.read(last.pk - 1)
    visitor.read(last.pk - 2)

    assert (visitor.state().place, visitor.state().read_upto) == ("phone", last.pk - 1)
    assert (host.state().place, host.state().read_upto) == ("reception", last.pk - 2)
    assert visitor.state().newest == host.state().newest == last.pk
    opened = Participant.objects.filter(opened_at__isnull=False).values_list("role", flat=True)
    assert set(opened) == {Role.VISITOR, Role.HOST}


def test_what_a_person_says_brings_what_was_said_since(remote):
    visitor = Session(Role.VISITOR, remote.visitor_token)
    mine, news = visitor.post(uuid4(), "one", 0)
    assert news == [mine]
    theirs = say(remote, "two", Role.HOST)

    again, news = visitor.post(uuid4(), "three", mine.pk)

    assert [message.pk for message in news] == [theirs.pk, again.pk]


def test_who_answers_a_beat_is_brought_what_they_lack(remote):
    host = Session(Role.HOST, remote.host_token)
    first, second = say(remote, "one"), say(remote, "two")

    assert [message.pk for message in host.answer_beat(first.pk)[0]] == [second.pk]
    assert host.answer_beat(second.pk)[0] == []
    assert [message.pk for message in host.join("phone", 0)[0]] == [first.pk, second.pk]
