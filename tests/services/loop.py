"""Playwright leaves its event loop running in the thread of the test, where Django takes it for the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def outside_the_loop() -> Iterator[None]:
    """Hide the running event loop from what is done here, such as saving what is announced to open pages."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
