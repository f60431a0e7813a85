"""Who is seen to be in the chat, and what a cache that is out of reach costs: that, and nothing else."""

from contextlib import suppress

import pytest

from appointments.choices import Role
from chat import limits, presence
from chat.presence import PresenceSlot, TooManyConnections, place_of
from tests.front.test_throttle import OUT_OF_REACH
from tests.services.inbox import until


def test_who_has_a_page_open_is_in_the_chat_from_when_they_enter_until_they_leave():
    slot = PresenceSlot(1, Role.VISITOR)
    assert place_of(1, Role.VISITOR) is None

    slot.enter("phone")
    assert place_of(1, Role.VISITOR) == "phone"
    assert place_of(1, Role.HOST) is None
    assert place_of(2, Role.VISITOR) is None

    slot.leave()
    assert place_of(1, Role.VISITOR) is None


def test_who_is_there_twice_is_seen_until_the_last_page_is_closed():
    first, second = PresenceSlot(1, Role.VISITOR), PresenceSlot(1, Role.VISITOR)
    first.enter("reception")
    second.enter("phone")

    second.leave()
    assert place_of(1, Role.VISITOR) == "reception"
    first.renew()
    assert place_of(1, Role.VISITOR) == "reception"


@pytest.mark.parametrize("renewed", [False, True])
def test_a_page_that_is_gone_without_a_word_is_not_seen_for_ever(monkeypatch, renewed):
    monkeypatch.setattr(presence, "_LIFETIME_SECONDS", 1)
    slot = PresenceSlot(1, Role.VISITOR)
    slot.enter("phone")
    if renewed:
        slot.renew()

    assert until(lambda: place_of(1, Role.VISITOR) is None, seconds=10)


def test_a_page_that_was_never_in_the_chat_leaves_its_place_to_others(monkeypatch):
    monkeypatch.setattr(presence, "_LIFETIME_SECONDS", 1)
    for _ in range(limits.MAX_SOCKETS):
        PresenceSlot(1, Role.VISITOR)

    def has_room() -> bool:
        with suppress(TooManyConnections):
            return bool(PresenceSlot(1, Role.VISITOR))
        return False

    assert until(has_room, seconds=10)


def test_each_person_has_their_own_number_of_pages():
    for _ in range(limits.MAX_SOCKETS):
        PresenceSlot(1, Role.VISITOR)

    with pytest.raises(TooManyConnections):
        PresenceSlot(1, Role.VISITOR)
    PresenceSlot(1, Role.HOST)
    PresenceSlot(2, Role.VISITOR)


def test_a_slot_that_expired_and_is_somebody_elses_is_left_to_them():
    late = PresenceSlot(1, Role.VISITOR)
    late.leave()
    current = PresenceSlot(1, Role.VISITOR)
    current.enter("phone")

    late.leave()

    assert place_of(1, Role.VISITOR) == "phone"


def test_without_a_cache_nobody_is_seen_and_nobody_is_counted(settings):
    settings.CACHES = OUT_OF_REACH

    slots = [PresenceSlot(1, Role.VISITOR) for _ in range(limits.MAX_SOCKETS + 1)]
    slots[0].enter("phone")
    assert place_of(1, Role.VISITOR) is None
    slots[0].leave()
