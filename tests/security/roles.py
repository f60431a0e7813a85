"""Who asks: each role is a browser, with what that person holds: an account, or the link of a visit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings

from panel.registry import MANAGERS, RECEPTION
from tests.security.table import ACCOUNT, FORMS, LOGIN, UNPROTECTED, Verdict
from tests.security.urls import Url, World

UNKNOWN_TOKEN = "A" * 22
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Answer:
    """The response to one request: its cell of the table, headers, text, and the statements that changed something."""

    verdict: Verdict
    headers: Mapping[str, str]
    text: str
    writes: list[str]


class Person:
    """A browser in which somebody asks for pages. Nothing that they do stays."""

    def __init__(
        self,
        world: World,
        token: str,
        user: User | None = None,
        *,
        checks_csrf: bool = False,
        needs_second_factor: bool = False,
    ) -> None:
        self._settings = override_settings(SECOND_FACTOR_REQUIRED=needs_second_factor)
        self._world = world
        self._token = token
        self._client = Client(enforce_csrf_checks=checks_csrf, raise_request_exception=False)
        if user:
            self._client.force_login(user)

    @property
    def cookies(self) -> list[tuple[bytes, bytes]]:
        """The header with the cookies of this browser, for a socket."""
        pairs = "; ".join(f"{name}={cookie.value}" for name, cookie in self._client.cookies.items())
        return [(b"cookie", pairs.encode())] if pairs else []

    def path(self, url: Url) -> str:
        """The path of this URL, with the token that this person holds."""
        return url.path(self._world.values(url, self._token))

    def ask(self, method: str, url: Url) -> Answer:
        """GET, or POST the form of `FORMS`; roll back what it changed."""
        path, cookies, writes = self.path(url), copy.deepcopy(self._client.cookies), list[str]()
        form = next((form for name, form in FORMS.items() if fnmatch(url.name, name)), {})

        def note(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            if sql.lstrip().upper().startswith(_WRITES):
                writes.append(sql)
            return execute(sql, *args)

        with self._settings, transaction.atomic(), connection.execute_wrapper(note):
            response = self._client.get(path) if method == "GET" else self._client.post(path, form)
            transaction.set_rollback(True)
        self._client.cookies = cookies
        return Answer(verdict_of(response), response.headers, text_of(response), writes)


def verdict_of(response: Any) -> Verdict:
    """The cell of the table for this response."""
    if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
        return LOGIN
    if response.status_code == 302 and response["Location"] == "/admin/account/":
        return ACCOUNT
    return int(response.status_code)


def text_of(response: Any) -> str:
    """The text of a response. Reading a file to its end closes it; an export, which is read in threads, is not read."""
    if getattr(response, "is_async", False):
        return ""
    text: str = response.getvalue().decode(errors="replace")
    return text


def account(
    name: str, group: str = "", *, needs_second_factor: bool = False, **details: Any
) -> Callable[[World], Person]:
    """Somebody who has signed in to the panel, and holds no link."""

    def enter(world: World) -> Person:
        user = User.objects.create_user(name, is_staff=True, **details)
        if group:
            user.groups.add(Group.objects.get(name=group))
        return Person(world, UNKNOWN_TOKEN, user, needs_second_factor=needs_second_factor)

    return enter


# Each is a column of the table. Whoever holds a link tries its token on every page that takes one: on the pages of the
# other side, it is the swapped token. The other visitor's token is that of another visit.
ROLES: dict[str, Callable[[World], Person]] = {
    "stranger": lambda world: Person(world, UNKNOWN_TOKEN),
    "visitor": lambda world: Person(world, world.visit.visitor_token),
    "host": lambda world: Person(world, world.visit.host_token),
    "other_visitor": lambda world: Person(world, world.other.visitor_token),
    "staff": account("sam"),
    "reception": account("ravi", RECEPTION),
    UNPROTECTED: account("mona", MANAGERS, needs_second_factor=True),
    "manager": account("maria", MANAGERS),
    "superuser": account("root", is_superuser=True),
}
