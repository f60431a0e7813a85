"""Lets health checks ask under any name: a load balancer's probe asks for the address of the machine."""

from __future__ import annotations

from collections.abc import Collection

from entrymgmt.edge.interface import Application, Receive, Scope, Send


def under_any_name(application: Application, paths: Collection[str], name: str) -> Application:
    """The same application, to which requests for these paths seem to ask for `name`, whatever their Host says."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in paths:
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope = {**scope, "headers": [*others, (b"host", name.encode("ascii"))]}
        await application(scope, receive, send)

    return wrapped
