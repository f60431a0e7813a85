"""How the web process makes a page: in one thread, which it keeps for the next one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone, translation

from entrymgmt.edge.pages import Pages
from entrymgmt.urls import urlpatterns as product
from offices.middleware import independent_of_office

pytestmark = pytest.mark.once

noted: list[str] = []


class Noting:
    """Notes the threads in which this middleware runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        noted.append(threading.current_thread().name)
        response = self.get_response(request)
        noted.append(threading.current_thread().name)
        return response

    def process_view(self, *args: Any) -> None:
        noted.append(threading.current_thread().name)


@independent_of_office
def page(request: HttpRequest) -> HttpResponse:
    noted.append(threading.current_thread().name)
    return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone_name()}")


@independent_of_office
def abroad(request: HttpRequest) -> HttpResponse:
    translation.activate("de")
    timezone.activate("Asia/Tokyo")
    return page(request)


@independent_of_office
def streamed(request: HttpRequest) -> Any:
    return StreamingHttpResponse(parts(endless="endless" in request.GET))


async def parts(*, endless: bool) -> AsyncIterator[bytes]:
    try:
        for part in (b"one", b"two", b"three"):
            yield part
        if endless:
            await asyncio.Event().wait()
    finally:
        noted.append("given up" if endless else "complete")


@independent_of_office
def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("page", page),
    path("abroad", abroad),
    path("streamed", streamed),
    path("broken", broken),
    *product,
]
handler500 = "entrymgmt.errors.server_error"


@pytest.fixture
def pages(settings) -> Pages:
    """The site of this module, with the product's middleware."""
    noted.clear()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Noting"]
    return Pages()


async def ask(pages: Pages, path: str, query: bytes = b"") -> ApplicationCommunicator:
    """Ask for a path."""
    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    asked = ApplicationCommunicator(pages, scope)
    await asked.send_input({"type": "http.request", "body": b""})
    return asked


async def answer(asked: ApplicationCommunicator) -> tuple[int, bytes]:
    """The status, and the whole body."""
    status, body = (await asked.receive_output())["status"], b""
    while True:
        event = await asked.receive_output()
        body += event.get("body", b"")
        if not event.get("more_body", False):
            await asked.wait()
            return status, body


async def test_middleware_and_view_run_in_one_thread_which_makes_the_next_page_too(pages):
    for _ in range(2):
        assert (await answer(await ask(pages, "/page")))[0] == 200

    assert len(noted) == 8
    assert set(noted) == {"page_0"}


async def test_a_page_leaves_neither_language_nor_time_zone_to_the_next(pages):
    before = await answer(await ask(pages, "/page"))
    assert (await answer(await ask(pages, "/abroad")))[1] == b"de Asia/Tokyo"

    assert await answer(await ask(pages, "/page")) == before


async def test_a_download_arrives_whole(pages):
    assert await answer(await ask(pages, "/streamed")) == (200, b"onetwothree")
    assert noted[-1] == "complete"


async def test_a_download_that_nobody_waits_for_is_given_up(pages):
    asked = await ask(pages, "/streamed", b"endless")
    for _ in range(4):
        await asked.receive_output()

    await asked.send_input({"type": "http.disconnect"})
    await asked.wait()

    assert noted[-1] == "given up"


async def test_a_fault_has_its_page(pages, db):
    status, body = await answer(await ask(pages, "/broken"))

    assert status == 500
    assert b"Something went wrong here" in body


async def test_whoever_leaves_before_the_form_has_arrived_gets_no_page(pages):
    scope = {"type": "http", "method": "POST", "path": "/page", "query_string": b"", "headers": []}
    asked = ApplicationCommunicator(pages, scope)
    await asked.send_input({"type": "http.request", "body": b"a=", "more_body": True})
    await asked.send_input({"type": "http.disconnect"})
    await asked.wait()

    assert noted == []
