"""The requirements files, as script/pin writes them."""

import re

import pytest

from tests.services.product import ROOT

pytestmark = pytest.mark.once


def pins(name: str) -> dict[str, str]:
    """The complete entry of each pinned package, with its hashes, by its name and version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\w)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    return {block.split()[0]: block for block in blocks if block}


def test_the_tests_run_on_what_is_installed_in_production():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-release.txt"])
def test_everything_is_pinned_with_a_hash_and_no_index_is_named(name):
    loose = [pin for pin, block in pins(name).items() if "==" not in pin or "--hash=sha256:" not in block]

    assert loose == []
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")
