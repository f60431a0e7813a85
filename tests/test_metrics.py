"""The figures for Prometheus, of a running product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from appointments.choices import Role
from notifications.models import State
from tests.appointments.test_checkin import typed
from tests.edge.stranger import Stranger
from tests.services.inbox import until
from tests.services.product import Product


@pytest.fixture
def web(transactional_db, tmp_path) -> Iterator[Product]:
    """A web process whose figures this machine may read, also through a proxy on it."""
    product = Product(tmp_path, {"METRICS_ALLOW": "127.0.0.1, 10.0.0.0/8", "TRUSTED_PROXIES": "127.0.0.1"})
    product.web.start()
    product.wait_until_up()
    yield product
    product.web.stop()


def figures(product: Product) -> dict[tuple[str, ...], float]:
    """Every figure, by its name and the values of its labels."""
    status, headers, text = Stranger(product.url, {}).ask("/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_requests_are_counted_by_route_and_status_without_their_tokens(web, in_person):
    Stranger(web.url, {}).ask(in_person.path(Role.HOST))
    Stranger(web.url, {}).ask("/h/AAAAAAAAAAAAAAAAAAAAAA/")
    Stranger(web.url, {}).ask("/nowhere/at/all/")

    found = figures(web)

    assert found["entry_request_seconds_count", "GET", "h/<token:token>/", "200"] == 1
    assert found["entry_request_seconds_count", "GET", "h/<token:token>/", "404"] == 1
    assert found["entry_request_seconds_count", "GET", "", "404"] == 1
    assert 0 < found["entry_request_seconds_sum", "GET", "h/<token:token>/", "200"] < 60
    assert in_person.host_token not in str(found)


def test_a_check_in_is_counted_once_it_is_saved(web, host):
    visitor = Stranger(web.url, {})
    assert visitor.send("/", "/", typed(host))[0] == 302
    assert visitor.send("/", "/", typed(host))[0] == 409

    assert figures(web)["entry_check_ins_total", "in_person"] == 1


def test_open_sockets_are_counted_until_they_close(web, remote):
    url = f"{web.url.replace('http', 'ws')}/ws/v/{remote.visitor_token}/"

    def are_open(number: int) -> bool:
        return figures(web)["entry_open_sockets",] == number

    with connect(url, origin=web.url):
        assert until(lambda: are_open(1))
    assert until(lambda: are_open(0))


def test_messages_are_counted_by_what_became_of_them(web, in_person):
    in_person.notifications.filter(channel="sms").update(state=State.DELIVERED, due_at=None)

    found = figures(web)

    assert found["entry_notifications_outstanding", "email", "queued"] == 2
    assert found["entry_notifications_newest", "sms", "delivered"] == 2
    assert ("entry_notifications_outstanding", "sms", "delivered") not in found
    assert 0 < found["entry_notifications_oldest_due_seconds",] < 120
    assert found["entry_database_up",] == 1


def test_connections_to_postgresql_are_counted(web):
    found = figures(web)

    counted = {name[1] for name in found if name[0] == "entry_database_connections"}
    assert counted == ({"open", "free", "waited_for"} if connection.vendor == "postgresql" else set())


def test_a_database_that_is_away_is_a_figure_too(tmp_path):
    product = Product(tmp_path, {"METRICS_ALLOW": "127.0.0.1", "DATABASE_URL": "postgres://127.0.0.1:1/entry"})
    product.web.start()
    try:
        product.wait_until_up()
        assert figures(product)["entry_database_up",] == 0
    finally:
        product.web.stop()


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1, 203.0.113.9", "::1"])
def test_for_any_other_address_the_page_does_not_exist(web, address):
    assert Stranger(web.url, {"X-Forwarded-For": address}).ask("/metrics")[0] == 404


def test_a_colleague_of_the_network_may_read_them(web):
    assert Stranger(web.url, {"X-Forwarded-For": "10.1.2.3"}).ask("/metrics")[0] == 200
