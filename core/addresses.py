"""IP addresses, as headers write them and as clients are counted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
UNKNOWN = "unknown"


def address_in(text: str) -> Address | None:
    """The address in an entry such as `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1` or `[2001:db8::1]:4711`."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    # A dual-stack server reports an IPv4 address as an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2).
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def client_of(text: str) -> str:
    """The key of the client with this IP address: all clients whose address is not known share one.

    A client with one IPv6 address can use all 2⁶⁴ of its network (RFC 6177), so that network counts as one client.
    """
    address = address_in(text)
    if address is None:
        return UNKNOWN
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
