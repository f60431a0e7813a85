"""Names that a file has in two columns."""

import pytest

from hosts.exchange import previews
from hosts.models import Host
from tests.cast import make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, import_whole, preview


@pytest.mark.parametrize("heading", ["First name", "Last name", "Vorname", "Surname"])
def test_one_part_of_a_name_alone_is_no_name(db, heading):
    host = make_host(name="Naomi Tanaka", email=NAOMI[2])

    found = preview(csv_of([heading, *HEAD[2:]], ["Naomi", host.email, host.phone, host.address, "", ""]))
    new = preview(csv_of([heading, *HEAD[2:]], ["Naomi", "new@meridianhouse.example", host.phone, "4", "", ""]))

    assert (found.plan["changes"], found.plan["missing"], found.plan["same"]) == ([], [], 1)
    assert new.plan["missing"] == ["name"]


@pytest.mark.parametrize("name", ["first_name", "last_name"])
def test_one_part_of_a_name_chosen_by_hand_is_no_name(db, name):
    host = make_host(name="Naomi Tanaka", email=NAOMI[2])
    found = preview(csv_of(["Who", "Email", "Title"], ["Naomi", host.email, "Chair"]))

    previews.rematch(found, {name: 0, "email": 1, "title": 2})

    assert [list(change["values"]) for change in found.plan["changes"]] == [["title"]]


@pytest.mark.parametrize("parts", [["Naomi", ""], ["", "Tanaka"], ["", ""], [" ", "Tanaka"]])
def test_an_empty_part_of_a_name_changes_nothing_for_a_known_host(db, parts):
    host = make_host(name="Naomi Tanaka", email=NAOMI[2])

    found = preview(csv_of(["First name", "Last name", "Email", "Title"], [*parts, host.email, "Chair"]))

    assert [(change["name"], list(change["values"])) for change in found.plan["changes"]] == [
        ("Naomi Tanaka", ["title"])
    ]


def test_two_parts_of_a_name_change_it_and_one_is_enough_for_a_new_host(db):
    make_host(name="Naomi Tanaka", email=NAOMI[2])
    row = ["098765 43299", "4th floor"]

    import_whole(
        csv_of(
            ["First name", "Last name", "Email", "Phone", "Address"],
            ["Naomi", "Sato", NAOMI[2], *row],
            ["Teller", "", "teller@meridianhouse.example", *row],
        )
    )

    assert [each.name for each in Host.objects.order_by("name")] == ["Naomi Sato", "Teller"]
