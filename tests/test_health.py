"""The health checks for load balancers and the status for monitors, over real HTTP."""

import json
import signal
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import claims, workers
from notifications.models import State, Worker
from notifications.results import Accepted, Postponed
from tests.cast import make_appointment
from tests.notifications.waiting import eventually
from tests.services.inbox import until
from tests.services.product import Product
from tests.services.twilio import Answer


def ask(url):
    """The status and the JSON of this URL's response."""
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture
def severed(tmp_path, db):
    """The web process with unreachable database and Redis."""
    product = Product(tmp_path, {"DATABASE_URL": "postgres://127.0.0.1:1/entry", "REDIS_URL": "redis://127.0.0.1:1/0"})
    product.web.start()
    product.wait_until_up()
    yield product
    product.stop()


def status_when(server, condition):
    """The status, once a part of it is as awaited; a beat of the worker may be seconds away."""
    answers: list[Any] = []

    def is_so():
        answers[:] = ask(f"{server.url}/statusz")
        return condition(answers[1])

    assert until(is_so), answers
    return answers


def test_a_product_whose_parts_all_work_is_alive_ready_and_well(server):
    assert ask(f"{server.url}/healthz") == (200, {"alive": True})
    assert ask(f"{server.url}/readyz") == (200, {"ready": True, "database": "ok"})
    code, parts = status_when(server, lambda parts: parts["workers"]["running"])

    assert (code, parts["well"]) == (200, True)
    assert {name for name, part in parts.items() if name != "well" and part["ok"]} == {
        *("database", "workers", "queue", "providers", "disk", "channel_layer")
    }
    assert parts["workers"] == {"ok": True, "running": 1}
    assert parts["providers"]["email"]["set_up"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_that_is_gone_is_missed_though_nothing_waits(server, how):
    status_when(server, lambda parts: parts["workers"]["running"])

    server.worker.stop(how)

    # It says goodbye when it is stopped; when it is killed, its silence has to last.
    Worker.objects.update(seen_at=timezone.now() - workers.SILENT_AFTER)
    code, parts = ask(f"{server.url}/statusz")
    assert (code, parts["well"], parts["workers"]) == (503, False, {"ok": False, "running": 0})
    assert parts["queue"]["ok"]
    assert parts["providers"]["ok"]
    assert ask(f"{server.url}/readyz")[0] == 200


def test_a_worker_that_is_stopped_says_so_at_once(server):
    status_when(server, lambda parts: parts["workers"]["running"])

    server.worker.stop()

    assert not workers.running()


@pytest.fixture
def status(db):
    """Asks for the status, while one worker runs."""
    Worker.objects.create(id="one", seen_at=timezone.now())
    return lambda: Client().get("/statusz")


def put_off(notifications, reason):
    """These have waited for four minutes, and a provider has answered each with this reason."""
    for notification in notifications:
        held = claims.claim(notification.pk)
        assert held is not None
        claims.settle(held, Postponed(reason, timedelta(minutes=9)))
    notifications.update(created_at=timezone.now() - timedelta(minutes=4))


def test_what_no_worker_takes_is_the_queues_affair(status, in_person):
    in_person.notifications.update(created_at=timezone.now() - timedelta(minutes=4))

    answer = status()

    queue, providers = answer.json()["queue"], answer.json()["providers"]
    assert answer.status_code == 503
    assert (queue["ok"], queue["late"]) == (False, 4)
    assert 240 <= queue["oldest_seconds"] < 300
    assert providers["ok"]


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_what_a_provider_does_not_take_is_the_providers_affair(status, in_person, channel):
    put_off(
        in_person.notifications.filter(channel=channel), "The server answered 535 about anika@meridianhouse.example"
    )

    answer = status()

    parts = answer.json()
    assert (answer.status_code, parts["queue"]["ok"], parts["workers"]["ok"]) == (503, True, True)
    assert {name: part["ok"] for name, part in parts["providers"].items() if name != "ok"} == {
        name: name != channel for name in ("email", "sms")
    }
    assert parts["providers"][channel]["late"] == 2
    assert "anika" not in answer.content.decode()


def test_one_mailbox_that_is_full_for_a_day_is_no_outage(status, in_person):
    put_off(in_person.notifications.filter(channel="email", audience="host"), "The mail server answered 452: Full")
    held = claims.claim(in_person.notifications.get(channel="email", audience="visitor").pk)
    assert held is not None
    claims.settle(held, Accepted("id-1"))

    answer = status()

    assert answer.status_code == 200
    assert answer.json()["providers"]["email"] == {
        "ok": True,
        "set_up": True,
        "late": 1,
        "oldest_seconds": answer.json()["providers"]["email"]["oldest_seconds"],
    }


def test_what_was_taken_before_it_was_refused_proves_nothing(status, in_person):
    put_off(in_person.notifications.filter(channel="email", audience="host"), "The mail server answered 535: No")
    later = in_person.notifications.filter(channel="email", audience="visitor")
    later.update(state=State.SENT, due_at=None, sent_at=timezone.now() - timedelta(hours=1))

    assert not status().json()["providers"]["email"]["ok"]


@pytest.mark.usefixtures("alone")
def test_a_clock_that_was_set_back_keeps_no_dead_worker_alive(status):
    Worker.objects.update(seen_at=timezone.now() + timedelta(hours=1))

    assert status().json()["workers"] == {"ok": False, "running": 0}


def test_a_full_disk_is_no_good_sign(status, monkeypatch):
    monkeypatch.setattr("entrymgmt.status.MIN_FREE_MB", 10**12)

    answer = status()

    assert (answer.status_code, answer.json()["disk"]["ok"]) == (503, False)


def test_a_provider_that_refuses_the_account_is_told_from_a_dead_worker(server, twilio, host):
    for number in ("+919876543201", "+447700900142"):
        twilio.answer_number(number, Answer(401, 20003, "Authenticate"))
    texts = make_appointment(host).notifications.filter(channel="sms")
    eventually(texts, count=2, attempts=1, state=State.QUEUED)
    texts.update(created_at=timezone.now() - timedelta(minutes=3))

    code, parts = status_when(server, lambda parts: parts["workers"]["running"])

    assert (code, parts["queue"]["ok"], parts["providers"]["email"]["ok"]) == (503, True, True)
    assert (parts["providers"]["sms"]["ok"], parts["providers"]["sms"]["late"]) == (False, 2)


def test_parts_out_of_reach_are_named_while_the_process_is_alive(severed):
    code, parts = ask(f"{severed.url}/statusz")

    assert code == 503
    assert parts["database"] == {"ok": False, "error": "OperationalError"}
    assert parts["channel_layer"] == {"ok": False, "error": "ConnectionError"}
    assert ask(f"{severed.url}/readyz") == (503, {"ready": False, "database": "unreachable (OperationalError)"})
    assert ask(f"{severed.url}/healthz")[0] == 200
