"""Where the sockets' database calls run: in threads of their own.

Channels runs them all in one thread of the process, which they share with every other consumer. How many serve best was
measured (docs/performance.md, Chat): SQLite lets one write at a time, so more threads gain nothing; where PostgreSQL is
on another machine, three threads go on while one waits for its answer.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import Error, close_old_connections, connection

_P = ParamSpec("_P")
_T = TypeVar("_T")

_threads = ThreadPoolExecutor(1 if connection.vendor == "sqlite" else 4, thread_name_prefix="chat")
# A thread that computes hands over to the event loop after a millisecond instead of Python's five.
sys.setswitchinterval(0.001)


async def in_database(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What `call` returns, run in one of the threads that serve the sockets. Keep each call short.

    Each thread keeps its connection until an error. Context variables, of which these calls use none, are not carried
    over: asgiref's care for them takes as long as a short query.
    """

    def run() -> _T:
        try:
            return call(*args, **kwargs)
        except Error:
            close_old_connections()
            raise

    return await asyncio.get_running_loop().run_in_executor(_threads, run)
