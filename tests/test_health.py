"""What load balancers and monitors are told, over real HTTP."""

import json
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Notification, State
from tests.services.product import Product


def ask(url):
    """The status and the JSON that this address answers with."""
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture
def severed(tmp_path, db):
    """The web process with neither its database nor its Redis within reach."""
    product = Product(tmp_path, {"DATABASE_URL": "postgres://127.0.0.1:1/entry", "REDIS_URL": "redis://127.0.0.1:1/0"})
    product.web.start()
    product.wait_until_up()
    yield product
    product.stop()


def test_a_product_whose_parts_all_work_is_ready(server):
    assert ask(f"{server.url}/healthz") == (200, {"alive": True})
    assert ask(f"{server.url}/readyz") == (
        200,
        {"ready": True, "database": "ok", "channel_layer": "ok", "worker": "ok"},
    )


def test_what_no_worker_has_taken_for_minutes_is_counted(server, in_person):
    server.worker.stop()
    Notification.objects.update(state=State.QUEUED, due_at=timezone.now() - timedelta(minutes=4))

    assert ask(f"{server.url}/readyz") == (
        503,
        {"ready": False, "database": "ok", "channel_layer": "ok", "worker": "overdue notifications: 4"},
    )


def test_parts_out_of_reach_are_named_while_the_process_is_alive(severed):
    status, parts = ask(f"{severed.url}/readyz")

    assert status == 503
    assert parts["database"] == "unreachable (OperationalError)"
    assert parts["channel_layer"] == "unreachable (ConnectionError)"
    assert ask(f"{severed.url}/healthz")[0] == 200
