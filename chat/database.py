"""Where the sockets' database calls run: in threads of their own.

Channels runs them all in one thread of the process, which they share with every other consumer, one after the other.
Measured (docs/performance.md, Chat), eight threads stored and delivered about four times as many messages a second, on
SQLite and on PostgreSQL: while one call waits for the database, the next one runs. Eight leave room in the connection
pool (16) for the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

_P = ParamSpec("_P")
_T = TypeVar("_T")

_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="chat")


async def in_database(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What `call` returns, run in one of the threads that serve the sockets. Keep each call short."""
    run = database_sync_to_async(call, thread_sensitive=False, executor=_threads)
    result: _T = await run(*args, **kwargs)
    return result
