"""Who can open an address: a link or a QR code is worth nothing to a phone that cannot reach it."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlsplit

from core.addresses import address_in

# Names that only the machine itself or devices beside it resolve (RFC 6761, RFC 6762).
NOWHERE_ENDINGS = ("localhost", "localdomain", "local", "invalid")
# Names that a private network may know (RFC 6761, RFC 6762 appendix G, RFC 8375).
OFFICE_ENDINGS = ("corp", "home", "home.arpa", "internal", "intranet", "lan", "private", "test")


class Reach(Enum):
    """From where phones can open an address."""

    NOWHERE = "nowhere"
    OFFICE = "office"
    EVERYWHERE = "everywhere"


def reach_of(url: str) -> Reach:
    """From where phones can open this absolute URL, judged by its host name alone: nothing is looked up.

    A private address may be reached on the office's Wi-Fi. A bare machine name, a name that ends in `.local`, and an
    address of the machine itself or of its link are reached by no phone that a visitor brings.
    """
    name = (urlsplit(url).hostname or "").rstrip(".")
    address = address_in(f"[{name}]" if ":" in name else name)
    if address:
        if address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast:
            return Reach.NOWHERE
        return Reach.EVERYWHERE if address.is_global else Reach.OFFICE
    # What ends in a number is an address in one of the shorter ways to write one, such as 127.1.
    if "." not in name or _ends_in(name, NOWHERE_ENDINGS) or name.rpartition(".")[2].isdecimal():
        return Reach.NOWHERE
    return Reach.OFFICE if _ends_in(name, OFFICE_ENDINGS) else Reach.EVERYWHERE


def _ends_in(name: str, endings: tuple[str, ...]) -> bool:
    return name.endswith(tuple(f".{ending}" for ending in endings))
