"""The recipient of messages, as the limits count it."""

from __future__ import annotations

# The mark of a part of a local part that many mail servers ignore (RFC 5233).
SUBADDRESS = "+"


def recipient_of(address: str) -> str:
    """The key of a recipient: an email address in one case and without what follows a plus sign, else what is given.

    Otherwise one mailbox could be written to under any number of addresses.
    """
    local, at, domain = address.rpartition("@")
    return f"{local.partition(SUBADDRESS)[0]}{at}{domain}".lower() if at else address
