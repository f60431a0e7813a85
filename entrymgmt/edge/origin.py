"""The origin of a request, from trusted headers only.

A client can send any header. Daphne accepts `Daphne-Root-Path` from anybody as the prefix of every link, and cannot
distinguish a proxy's `X-Forwarded-*` from a client's own. So the prefix is always empty, the client's address and
scheme come only from the proxies of `TRUSTED_PROXIES`, and these headers are removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

from core.addresses import Address, address_in
from entrymgmt.edge.interface import Application, Receive, Scope, Send

Network = IPv4Network | IPv6Network

FORWARDED_FOR, FORWARDED_PROTO = b"x-forwarded-for", b"x-forwarded-proto"
# Headers of proxies and clients about the route of a request, which must not reach Django and Channels.
_DROPPED = {
    FORWARDED_FOR,
    FORWARDED_PROTO,
    b"forwarded",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-real-ip",
    b"x-script-name",
    b"daphne-root-path",
}
_SOCKET_SCHEMES = {"http": "ws", "https": "wss"}


def trusted_edge(application: Application, proxies: Sequence[Network]) -> Application:
    """The same application, called with scopes whose `root_path`, `client` and `scheme` can be trusted.

    `proxies` are the networks of the trusted proxies, which may report the client's address and scheme.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await application(settled(scope, proxies) if "headers" in scope else scope, receive, send)

    return wrapped


def settled(scope: Scope, proxies: Sequence[Network]) -> Scope:
    """A copy of the scope that depends on no untrusted header; `client` is the address, with 0 as the port."""
    headers = scope["headers"]
    peer = address_in(scope["client"][0]) if scope.get("client") else None
    clean = {**scope, "root_path": "", "headers": [pair for pair in headers if pair[0].lower() not in _DROPPED]}
    if peer is not None:
        clean["client"] = [str(client_address(peer, _values(headers, FORWARDED_FOR), proxies)), 0]
        scheme = _first_scheme(_values(headers, FORWARDED_PROTO))
        if scheme and is_trusted(peer, proxies):
            clean["scheme"] = _SOCKET_SCHEMES[scheme] if scope["type"] == "websocket" else scheme
    return clean


def client_address(peer: Address, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> Address:
    """The client's address: the last address of `X-Forwarded-For` that is not a trusted proxy.

    Each proxy appends the address of its peer, so the entries are read from the right, as long as the proxy that
    appended them is trusted. An entry that is not an address counts as the address of the proxy that appended it: all
    requests of unknown origin then share one address and its rate limits.
    """
    known = peer
    for entry in reversed(forwarded_for):
        if not is_trusted(known, proxies):
            break
        said = address_in(entry)
        if said is None:
            break
        known = said
    return known


def is_trusted(address: Address, proxies: Sequence[Network]) -> bool:
    """Whether the address is one of the trusted proxies."""
    return any(address in network for network in proxies)


def _values(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """The entries, in order, of a header that may occur several times or contain a list."""
    values = [value.decode("latin-1") for key, value in headers if key.lower() == name]
    return [entry.strip() for value in values for entry in value.split(",") if entry.strip()]


def _first_scheme(schemes: Sequence[str]) -> str:
    """The scheme between the browser and the outermost proxy; empty when it is neither http nor https."""
    first = schemes[0].lower() if schemes else ""
    return first if first in _SOCKET_SCHEMES else ""
