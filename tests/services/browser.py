"""The browser of the tests: the Chromium or Chrome of this machine, or else Playwright's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, expect

from tests.services import chromium
from tests.services.loop import outside_the_loop
from tests.services.product import Product

TABLET = {"viewport": {"width": 1180, "height": 820}, "has_touch": True}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DEVICES = {"tablet": TABLET, "phone": PHONE}

# The tests query the database between calls to Playwright, and Django mistakes Playwright's event loop for theirs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# A busy machine takes longer than Playwright's five seconds for what one with a free core does in one.
expect.set_options(timeout=15_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Hide the event loop that Playwright leaves running between calls from tests that do not use it."""
    if "playwright" in getattr(item, "fixturenames", ()):
        return (yield)
    with outside_the_loop():
        return (yield)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's path. Without a browser, tests that need it are skipped; in CI they fail."""
    if path := chromium.find_shell():
        return path
    if os.environ.get("CI"):
        pytest.fail(chromium.ADVICE)
    pytest.skip(chromium.ADVICE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str) -> dict[str, Any]:
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": arguments}


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    loop = asyncio._get_running_loop()
    yield browser
    # The loop may have been hidden from the last test.
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Asia/Kolkata"}


@pytest.fixture
def new_context(server: Product, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts; a script error or a violation of the content policy in any of them fails the test."""
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A test may cause an error response, or no response, on purpose; it checks this itself.
        expected = ("Failed to load resource", "WebSocket connection to")
        if message.type == "error" and not message.text.startswith(expected):
            errors.append(message.text)

    def on_error(error: WebError) -> None:
        errors.append(str(error.error))

    def new(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("console", on_console)
        context.on("weberror", on_error)
        return context

    yield new
    assert errors == []


def show_up(page: Page) -> None:
    """Move the pointer over the page, as a person does who looks at it."""
    page.mouse.move(5, 5)
    page.mouse.move(6, 6)


def leave(page: Page) -> None:
    """Close what the page shows: an open page goes by itself to what comes next, even while the test opens another."""
    page.goto("about:blank")


@pytest.fixture
def open_device(new_context: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Opens an empty page on a separate device: `open_device("tablet")` or `open_device("phone")`."""
    return lambda device: new_context(**DEVICES[device]).new_page()


@pytest.fixture
def tablet(open_device: Callable[[str], Page]) -> Page:
    """The screen at reception, 1180 × 820."""
    return open_device("tablet")


@pytest.fixture
def phone(open_device: Callable[[str], Page]) -> Page:
    """A phone, 390 × 844."""
    return open_device("phone")


@pytest.fixture
def page(tablet: Page) -> Page:
    """The default page, on the screen at reception."""
    return tablet
