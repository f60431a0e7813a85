"""Every URL × every role × GET and POST, and every socket: the table of rights holds, and is complete."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from entrymgmt.asgi import application
from tests.chat.people import ORIGIN, PATIENCE_SECONDS
from tests.security.roles import ROLES, UNKNOWN_TOKEN, Answer, Person
from tests.security.table import (
    ACCOUNT,
    LOGIN,
    OPEN,
    RECORDED,
    REFUSED,
    ROWS,
    SOCKETS,
    UNPROTECTED,
    WITHOUT_DATA,
    WITHOUT_SECOND_FACTOR,
    expected,
)
from tests.security.urls import World, every_socket, every_url, make_world

Answers = dict[tuple[str, str], Answer]
METHODS = ("GET", "POST")
REFUSALS = {LOGIN, 403, 404, 405}


@pytest.fixture(scope="module")
def asked() -> dict[str, tuple[World, Answers]]:
    """What each role got, by role: every URL is asked for once, for all tests of this module."""
    return {}


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    """One role after another."""
    return str(request.param)


@pytest.fixture
def got(role: str, asked: dict[str, tuple[World, Answers]], db: None) -> tuple[World, Answers]:
    """The answers to this role, by method and name of the URL."""
    if role not in asked:
        world = make_world()
        person = ROLES[role](world)
        asked[role] = world, {(method, url.name): person.ask(method, url) for url in every_url() for method in METHODS}
    return asked[role]


def test_every_url_has_a_row():
    missing = [f"“{url.route}” is not in the table" for url in every_url() if url.name not in ROWS]

    assert not missing, "Add to ROWS of tests/security/table.py what each role gets:\n" + "\n".join(missing)


def test_every_socket_has_a_row():
    missing = [f"“{url.route}” is not in the table" for url in every_socket() if url.name not in SOCKETS]

    assert not missing, "Add to SOCKETS of tests/security/table.py who may open it:\n" + "\n".join(missing)


def test_no_row_is_left_of_a_url_that_is_gone():
    assert not set(ROWS) - {url.name for url in every_url()}
    assert not set(SOCKETS) - {url.name for url in every_socket()}


def test_each_role_gets_what_the_table_says(role, got):
    _world, answers = got
    wrong = [
        f"{method} {name}: {answer.verdict}, not {expected(name, method, role)}"
        for (method, name), answer in answers.items()
        if name in ROWS and answer.verdict != expected(name, method, role)
    ]

    assert not wrong, f"What {role} gets is not what tests/security/table.py says:\n" + "\n".join(wrong)


def test_every_answer_says_what_browsers_must_not_do(role, got):
    _world, answers = got
    for asked, answer in answers.items():
        assert answer.headers["X-Content-Type-Options"] == "nosniff", asked
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, asked
        rules = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(rules), (
            asked
        )


def test_no_page_of_a_visit_or_of_the_panel_is_kept_by_a_browser(role, got):
    _world, answers = got
    names = {url.name for url in every_url() if url.route.startswith(("v/", "h/", "admin/"))} - WITHOUT_DATA
    kept = [
        asked
        for asked, answer in answers.items()
        if asked[1] in names and answer.verdict == 200 and "no-store" not in answer.headers.get("Cache-Control", "")
    ]

    assert not kept


def is_refusal(role: str, name: str, answer: Answer) -> bool:
    """Whether this role may not do this; many pages of one's own account lead back to it when something is done."""
    return answer.verdict in REFUSALS or (
        role == UNPROTECTED and name not in WITHOUT_SECOND_FACTOR and answer.verdict == ACCOUNT
    )


def test_a_refusal_changes_nothing(role, got):
    _world, answers = got

    assert not {
        asked: answer.writes
        for asked, answer in answers.items()
        if is_refusal(role, asked[1], answer) and answer.writes and asked[1] not in RECORDED
    }


def test_nobody_reads_a_link_but_its_holder(role, got):
    world, answers = got
    holders = {
        world.visit.visitor_token: "visitor",
        world.visit.host_token: "host",
        world.other.visitor_token: "other_visitor",
        world.other.host_token: "",
    }
    links = [token for token, holder in holders.items() if holder != role]

    shown = [asked for asked, answer in answers.items() if any(token in answer.text for token in links)]

    assert not shown


@pytest.mark.parametrize("role", ["stranger", "other_visitor", "staff"])
def test_who_has_no_part_in_a_visit_reads_nothing_of_it(role, got):
    world, answers = got
    words = [world.visit.visitor_name, world.visit.visitor_email, world.visit.visitor_phone, world.visit.purpose]

    assert not [asked for asked, answer in answers.items() if any(word in answer.text for word in words)]


def test_no_page_of_a_visitor_has_the_words_of_another_visit(db):
    world = make_world()
    other = ROLES["other_visitor"](world)
    [chat] = [url for url in every_url() if url.name == "visitor-chat"]

    assert "In confidence" in other.ask("GET", chat).text
    assert "In confidence" not in ROLES["visitor"](world).ask("GET", chat).text


def test_no_form_of_another_site_is_taken_from_somebody_who_is_signed_in(db):
    superuser = User.objects.create_superuser("root")
    person = Person(make_world(), UNKNOWN_TOKEN, superuser, checks_csrf=True)

    taken = [url.name for url in every_url() if person.ask("POST", url).verdict not in {403, 404, 405}]

    assert not taken


async def test_each_role_opens_the_sockets_that_the_table_says(transactional_db):
    world = await sync_to_async(make_world)()
    wrong = []
    for name, enter in ROLES.items():
        person = await sync_to_async(enter)(world)
        for url in every_socket():
            path = await sync_to_async(person.path)(url)
            socket = WebsocketCommunicator(application, path, [ORIGIN, *person.cookies])
            is_open, _code = await socket.connect(timeout=PATIENCE_SECONDS)
            await socket.disconnect(timeout=PATIENCE_SECONDS)
            if (OPEN if is_open else REFUSED) != SOCKETS[url.name].get(name, SOCKETS[url.name]["anyone"]):
                wrong.append(f"{url.name} is {'open to' if is_open else 'closed for'} {name}")

    assert not wrong
