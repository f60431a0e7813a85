"""The import of hosts in a real browser, with the worker that writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hosts.models import Host
from tests.cast import make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of
from tests.panel.test_in_browser import violations
from tests.services.browser import TABLET
from tests.services.loop import outside_the_loop

pytestmark = [pytest.mark.usefixtures("server"), pytest.mark.once]

SAMPLES = Path(__file__).parents[1] / "hosts" / "exchange" / "samples"
WIDTHS = (1180, 390, 320)


def choose(page: Page, name: str, data: bytes) -> None:
    """Choose this file on the page of the import."""
    page.goto("/admin/hosts/host/import/")
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Show what it would change").click()


def look(page: Page) -> None:
    """Fail if the page scrolls sideways, down to the narrowest phone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 820})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"


def test_a_file_is_chosen_looked_at_and_written(signed_in, host):
    choose(signed_in, "hosts.csv", csv_of(HEAD, NAOMI, ["Anika Rao", "Director", host.email, "", "", "", ""]))
    expect(signed_in.get_by_role("listitem").filter(has_text="Anika Rao")).to_contain_text(
        "Head of Partnerships → Director"
    )
    look(signed_in)

    signed_in.get_by_role("button", name="Import", exact=True).click()

    expect(signed_in.get_by_role("heading", name="The import is done")).to_be_visible()
    look(signed_in)
    with outside_the_loop():
        assert sorted(Host.objects.values_list("name", "title")) == [
            ("Anika Rao", "Director"),
            ("Naomi Tanaka", "Legal"),
        ]


def test_unknown_headings_are_matched_by_hand(signed_in, host):
    row = ["Naomi Tanaka", "naomi@meridianhouse.example", "098765 43299"]
    choose(signed_in, "odd.csv", csv_of(["Who", "Reach", "Ring"], row))
    expect(signed_in.get_by_role("heading", name="Nothing can be imported yet")).to_be_visible()
    look(signed_in)

    for label, heading in (("Name", "Who"), ("Email", "Reach"), ("Phone", "Ring")):
        select = signed_in.get_by_label(label, exact=True)
        select.select_option(index=["Who", "Reach", "Ring"].index(heading) + 1)
    signed_in.get_by_role("button", name="Take these columns").click()

    expect(signed_in.get_by_role("button", name="Import", exact=True)).to_be_visible()
    expect(signed_in.get_by_text("New hosts get this one")).to_contain_text(host.address)


def test_what_is_wrong_can_be_read_by_row_without_pointing_at_it(signed_in, host):
    wrong = [[*NAOMI[:2], f"x{number}", "12 rue", *NAOMI[4:]] for number in range(3)]

    choose(signed_in, "wrong.csv", csv_of(HEAD, *wrong))

    region = signed_in.get_by_role("region", name="Nothing can be imported yet")
    expect(region.get_by_role("listitem").first).to_have_text(
        "Row 2, Naomi Tanaka. Email: Enter a valid email address."
    )
    expect(region.get_by_role("listitem")).to_have_count(6)
    look(signed_in)


def test_an_export_of_another_program_needs_no_choice(signed_in):
    make_host(name="Zoë Müller", email="zoe.muller@meridianhouse.example", address="The lobby")

    choose(signed_in, "entra.csv", (SAMPLES / "entra-users.csv").read_bytes())

    expect(signed_in.get_by_text("text with commas, UTF-8")).to_be_visible()
    expect(signed_in.get_by_role("button", name="Import", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_an_import_has_an_accessibility_violation(new_context, sign_in, host, scheme):
    # axe itself sets inline styles, which the content policy forbids.
    page = sign_in(new_context(**TABLET, bypass_csp=True, color_scheme=scheme).new_page())
    found = []

    choose(page, "empty.csv", b"")
    found += violations(page)
    choose(page, "wrong.csv", csv_of(HEAD, [*NAOMI[:2], "x", *NAOMI[3:]]))
    found += violations(page)
    choose(page, "hosts.csv", csv_of(HEAD, NAOMI, ["Anika Rao", "Director", host.email, "", "", "", ""]))
    found += violations(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
    found += violations(page)

    assert found == []
