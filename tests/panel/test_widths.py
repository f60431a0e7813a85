"""The panel on narrow screens: nothing scrolls sideways, the menu is there, and pages end where their content does."""

import pytest
from playwright.sync_api import Page

from tests.panel.test_in_browser import addresses  # noqa: F401

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("server")]


def overflow(page: Page) -> float:
    """By how many pixels the page is wider than the screen."""
    return float(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("width", [1180, 390, 320])
def test_no_page_scrolls_sideways(signed_in, addresses, width):  # noqa: F811
    signed_in.set_viewport_size({"width": width, "height": 820})
    too_wide = {}
    for address in addresses:
        signed_in.goto(address)
        too_wide[address] = overflow(signed_in)

    assert {address: by for address, by in too_wide.items() if by > 0} == {}


@pytest.mark.parametrize("width", [390, 320])
def test_the_menu_is_on_the_screen(signed_in, width):
    signed_in.set_viewport_size({"width": width, "height": 820})
    signed_in.goto("/admin/")

    for link in signed_in.get_by_role("navigation", name="Records").get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [1180, 390])
def test_the_first_page_ends_below_its_last_line(signed_in, in_person, width):
    signed_in.set_viewport_size({"width": width, "height": 400})
    signed_in.goto("/admin/")

    below = "document.documentElement.scrollHeight - document.querySelector('.version').getBoundingClientRect().bottom"
    assert signed_in.evaluate(below) < 40
