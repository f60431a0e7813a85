"""The thread of a worker that sends hints to open pages (`core.pushing`)."""

import threading

import pytest

from core.pushing import Pushing


class Layer:
    """A channel layer that notes what is sent over it, and waits while it is told to."""

    def __init__(self):
        self.sent = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.is_asked = threading.Event()

    async def group_send(self, group, message):
        self.sent.append((group, message["type"]))
        self.is_asked.set()
        assert self.goes_on.wait(10)
        if group == "broken":
            raise ConnectionError


@pytest.fixture
def layer(monkeypatch):
    layer = Layer()
    monkeypatch.setattr("core.pushing.get_channel_layer", lambda: layer)
    return layer


@pytest.fixture
def pushing():
    pushing = Pushing()
    pushing.start()
    yield pushing
    pushing.stop()


def test_whoever_gives_a_hint_does_not_wait_for_the_layer(layer, pushing):
    layer.goes_on.clear()

    assert pushing.give(("a", "changed"))

    assert layer.is_asked.wait(10)
    layer.goes_on.set()


def test_the_same_hint_given_many_times_meanwhile_goes_out_once(layer, pushing):
    layer.goes_on.clear()
    pushing.give(("a", "changed"))
    assert layer.is_asked.wait(10)
    for _number in range(100):
        pushing.give(("b", "changed"))
        pushing.give(("b", "ended"))

    layer.goes_on.set()
    pushing.stop()

    assert layer.sent == [("a", "changed"), ("b", "changed"), ("b", "ended")]


def test_a_hint_given_while_the_same_is_sent_goes_out_after_it(layer, pushing):
    layer.goes_on.clear()
    pushing.give(("a", "changed"))
    assert layer.is_asked.wait(10)
    pushing.give(("a", "changed"))

    layer.goes_on.set()
    pushing.stop()

    assert layer.sent == [("a", "changed"), ("a", "changed")]


def test_the_end_sends_what_is_still_waiting(layer, pushing):
    for number in range(50):
        pushing.give((f"group-{number}", "changed"))

    pushing.stop()

    assert len(layer.sent) == 50


def test_without_the_thread_nothing_is_taken(layer):
    pushing = Pushing()
    assert not pushing.give(("a", "changed"))

    pushing.start()
    pushing.stop()

    assert not pushing.give(("a", "changed"))
    assert layer.sent == []


def test_a_hint_that_cannot_be_sent_is_one_line_of_the_log_and_the_next_goes_out(layer, pushing, caplog):
    pushing.give(("broken", "changed"))
    pushing.give(("a", "changed"))
    pushing.stop()

    assert layer.sent[-1] == ("a", "changed")
    assert [record.getMessage() for record in caplog.records] == ["A push could not be sent: ConnectionError"]
    assert not caplog.records[0].exc_info


def test_every_thread_of_a_worker_may_start_it(layer, pushing):
    threads = [threading.Thread(target=pushing.start) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [thread.name for thread in threading.enumerate()].count("pushes") == 1
