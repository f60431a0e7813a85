"""Two web processes that share Redis, as in production."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from appointments.choices import Role
from appointments.models import Appointment
from chat import limits
from chat.models import Message
from tests.chat.test_pages import said, write
from tests.services.inbox import PATIENCE_SECONDS
from tests.services.product import Product


@pytest.fixture
def start_web(server: Product, tmp_path: Path) -> Iterator[Callable[..., Product]]:
    """Starts further web processes on the same database."""
    started: list[Product] = []

    def start(**environment: str) -> Product:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        product = Product(folder, environment)
        started.append(product)
        product.web.start()
        product.wait_until_up()
        return product

    yield start
    for product in started:
        product.web.stop()


def chat_at(product: Product, page: Page, appointment: Appointment, role: Role) -> Page:
    page.goto(product.url + appointment.path(role, "chat"))
    return page


def test_without_a_shared_layer_heartbeats_deliver_messages_and_the_end_across_processes(
    start_web, remote, tablet, phone
):
    visitor = chat_at(start_web(REDIS_URL=""), tablet, remote, Role.VISITOR)
    host = chat_at(start_web(REDIS_URL=""), phone, remote, Role.HOST)
    for number in range(3):
        write(visitor, f"visitor {number}")
        write(host, f"host {number}")

    for page in (visitor, host):
        expect(page.get_by_text(re.compile(r"^(visitor|host) \d$"))).to_have_count(6, timeout=12_000)
    order = [message.text for message in Message.objects.after(0)]
    for page in (visitor, host):
        expect(page.get_by_text(re.compile(r"^(visitor|host) \d$"))).to_have_text(order)

    host.get_by_role("link", name="End appointment").click()
    host.get_by_role("button", name="End appointment").click()
    expect(visitor.get_by_text("This appointment ended")).to_be_visible(timeout=12_000)


def test_messages_of_two_processes_at_once_arrive_in_one_order_everywhere(start_web, redis, remote):
    sides = [(start_web(REDIS_URL=redis.url), role) for role in Role] * limits.MAX_SOCKETS
    all_joined = Barrier(len(sides))
    # As many as the sockets of one link may send together.
    each = limits.MAX_MESSAGES // limits.MAX_SOCKETS
    everything = len(sides) * each

    def talk(product: Product, role: Role) -> list[int]:
        """Send messages; return the ids of all that this socket receives, in order."""
        url = f"ws://127.0.0.1:{product.port}/ws/{role[0]}/{remote.token(role)}/"
        heard: list[int] = []
        with connect(url, origin=Origin(product.url)) as line:
            line.send(json.dumps({"type": "join", "after": 0, "place": "phone"}))
            all_joined.wait()
            for number in range(each):
                line.send(json.dumps({"type": "send", "ref": str(uuid4()), "text": f"{role} {number}"}))
            while len(heard) < everything:
                frame = json.loads(line.recv(timeout=PATIENCE_SECONDS))
                heard += [message["id"] for message in frame.get("messages", [])]
        return heard

    with ThreadPoolExecutor(len(sides)) as people:
        heard = list(people.map(lambda side: talk(*side), sides))

    stored = [message.pk for message in Message.objects.after(0)]
    assert len(stored) == everything
    assert heard == [stored] * len(sides)


def test_a_conversation_goes_on_while_redis_is_restarted(start_web, redis, remote, tablet, phone):
    visitor = chat_at(start_web(REDIS_URL=redis.url), tablet, remote, Role.VISITOR)
    host = chat_at(start_web(REDIS_URL=redis.url), phone, remote, Role.HOST)
    write(visitor, "Before")
    expect(said(host, "Before")).to_be_visible()

    redis.kill()
    write(visitor, "Without Redis")
    expect(said(visitor, "Without Redis")).to_contain_text("Sent", timeout=15_000)
    expect(said(host, "Without Redis")).to_be_visible(timeout=20_000)

    redis.start()
    write(host, "And back")
    expect(said(visitor, "And back")).to_be_visible(timeout=20_000)
    for page in (visitor, host):
        expect(page.get_by_text(re.compile("^(Before|Without Redis|And back)$"))).to_have_text(
            ["Before", "Without Redis", "And back"]
        )
