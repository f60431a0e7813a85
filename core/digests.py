"""Keyed hashes, by which a text is recognised where it must not be kept itself."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

# 128 bits as hexadecimal digits.
DIGEST_LENGTH = 32


def digest(purpose: str, *parts: str) -> str:
    """The hash of these texts: equal for equal ones in every process, and without SECRET_KEY not to be reversed.

    Hashes for another `purpose` differ, so that nobody can compare the two.
    """
    text = "\x00".join((purpose, *parts))
    return salted_hmac("core.digests", text, algorithm="sha256").hexdigest()[:DIGEST_LENGTH]
