"""The keyed hashes in the tables, which processes of another version must make in the same way."""

import pytest
from django.utils.crypto import salted_hmac

from core.digests import DIGEST_LENGTH, digest

pytestmark = pytest.mark.once


@pytest.mark.parametrize("parts", [(), ("",), ("+447700900142",), ("Zoë", "山田", "\x01")])
def test_a_hash_is_the_one_of_django(parts):
    text = "\x00".join(("count", *parts))

    assert digest("count", *parts) == salted_hmac("core.digests", text, algorithm="sha256").hexdigest()[:DIGEST_LENGTH]


def test_a_hash_depends_on_the_secret_key(settings):
    before = digest("count", "a")
    settings.SECRET_KEY += "x"

    assert digest("count", "a") != before
