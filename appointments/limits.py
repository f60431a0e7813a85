"""How often strangers may check in: every check-in sends texts, to a number that the visitor has typed.

Without a limit, a program on the public page would send as many as it likes at the office's expense (the fraud known as
SMS pumping), and fill the record.
"""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# An address may be a whole office: everyone on its wireless network shares it. More people than this arrive at
# reception screens, which have no limit.
MOST = 60
SECONDS = 600


def too_many(address: str) -> bool:
    """Count a check-in from this address (IPv4 or IPv6); whether it is one too many in `SECONDS`.

    Nobody is refused while it is not known who asks (a proxy on this machine says nothing, so that the address is a
    loopback one, or says something else than an address), nor while the cache does not answer.
    """
    try:
        source = ip_address(address)
    except ValueError:
        return False
    if isinstance(source, IPv6Address):
        # A server that listens for both kinds gives an IPv4 address in the clothes of IPv6 (RFC 4291, 2.5.5.2).
        source = source.ipv4_mapped or source
    if source.is_loopback:
        return False
    # Whoever has one IPv6 address has the other 2⁶⁴ of its network, too (RFC 6177).
    network = ip_network((source, 64 if source.version == 6 else 32), strict=False)
    key = f"checkins:{network.network_address}"
    try:
        cache.add(key, 0, SECONDS)
        return cache.incr(key) > MOST
    except (ValueError, RedisError, OSError):
        logger.warning("The cache does not answer; check-ins are not counted")
        return False
