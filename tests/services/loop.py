"""Hides Playwright's event loop, which runs in the test's thread and which Django mistakes for the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def outside_the_loop() -> Iterator[None]:
    """Hide the running event loop during the block, for example to save objects with hints to open pages."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
