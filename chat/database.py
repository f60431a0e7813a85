"""A thread pool for the database calls of the sockets.

Channels runs the calls of all consumers in one thread of the process. The size of this pool is the best that was
measured (docs/performance.md, Chat): SQLite allows one writer at a time, so more threads gain nothing; with PostgreSQL
on another machine, three threads continue while one waits for its response.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import Error, close_old_connections, connection

_P = ParamSpec("_P")
_T = TypeVar("_T")

_threads = ThreadPoolExecutor(1 if connection.vendor == "sqlite" else 4, thread_name_prefix="chat")


async def in_database(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run `call` in a thread of the pool and return its result. Keep each call short.

    Each thread keeps its database connection until an error. Context variables are not copied: these calls use none,
    and asgiref's copying takes as long as a short query.
    """

    def run() -> _T:
        try:
            return call(*args, **kwargs)
        except Error:
            close_old_connections()
            raise

    return await asyncio.get_running_loop().run_in_executor(_threads, run)
