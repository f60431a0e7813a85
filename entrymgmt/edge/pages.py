"""Makes each page in one thread, from its first middleware to the last.

Django’s own handler goes back to the event loop between middleware and view, waits for a thread each time, and starts a
thread for every request, which has to open the database anew. The product’s views are all synchronous: here one thread
of a few makes the whole page, and keeps its connections for the next one.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http.response import FileResponse, HttpResponseBase
from django.urls import set_script_prefix

from entrymgmt.edge.interface import Receive, Scope, Send
from entrymgmt.edge.turns import AT_ONCE

# Those of visitors and of reception screens at once (`turns.py`), and some for probes, which wait for no turn.
THREADS = 2 * AT_ONCE + 4


class Pages(ASGIHandler):
    """Django as an ASGI application, in `THREADS` threads."""

    def __init__(self) -> None:
        super().__init__()
        self._make_in_thread = sync_to_async(
            self._make, thread_sensitive=False, executor=ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        )

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002  the signature of the base class
        """Load the middleware as for threads, whatever the base class asks for."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            response = await self._make_in_thread(scope, body)
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    def _make(self, scope: Scope, body: IO[bytes]) -> Any:
        """The response; one that is not streamed is complete, and what it needed is given back."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send a response while it is made, in a thread of its own, until it is complete or nobody wants it."""
        async with ThreadSensitiveContext():
            tasks = [asyncio.ensure_future(self.send_response(response, send)), asyncio.ensure_future(receive())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await sync_to_async(response.close)()
            with suppress(asyncio.CancelledError):
                await tasks[0]
