"""Which column is which, by its heading."""

import pytest
from django.utils import translation

from hosts.exchange import export
from hosts.exchange.columns import COLUMNS
from hosts.exchange.headings import MAX_HEADING, match, plain


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        ("Name;Email", {"name": 0, "email": 1}),
        ("NAME;E-MAIL", {"name": 0, "email": 1}),
        ("Name;Vorname;E-Mail", {"last_name": 0, "first_name": 1, "email": 2}),
        ("Nom;Prénom", {"last_name": 0, "first_name": 1}),
        ("Nome;Cognome", {"first_name": 0, "last_name": 1}),
        ("Nombre;Apellidos", {"first_name": 0, "last_name": 1}),
        ("Nom;Courriel", {"name": 0, "email": 1}),
        ("Nome;Indirizzo email;Sede", {"name": 0, "email": 1, "address": 2}),
        ("First Name;Last Name;Display Name", {"name": 2}),
        ("First Name;Full Name", {"name": 1}),
        ("First Name;Email", {"email": 1}),
        ("Surname;Email", {"email": 1}),
        ("Vorname;E-Mail", {"email": 1}),
        ("Phone;Mobile Phone", {"phone": 1}),
        ("Business Phones;mobilePhone", {"phone": 1}),
        ("userPrincipalName;mail", {"email": 1}),
        ("userPrincipalName", {"email": 0}),
        ("Employee #;Remarks;", {}),
        ("氏名;メールアドレス;携帯電話", {"name": 0, "email": 1, "phone": 2}),
        ("Email Address [Required];Mobile Phone (private)", {"email": 0, "phone": 1}),
    ],
)
def test_headings_are_known(headings, names):
    assert match(headings.split(";")) == names


@pytest.mark.parametrize(("heading", "said"), [("Email ([x] y) [Required]", "email"), ("Email [(x) y", "emaily")])
def test_what_stands_in_brackets_is_no_part_of_a_heading(heading, said):
    assert plain(heading) == said


@pytest.mark.parametrize("sign", ["[", "(", "[(", "x"])
def test_no_more_of_a_heading_is_looked_at_than_a_heading_has(sign):
    assert len(plain(sign * 10_000 + "email")) <= MAX_HEADING
    assert match(["Email", sign * 10_000 + "email"]) == {"email": 0}


def test_the_headings_of_the_export_are_known_in_any_order():
    with translation.override("en-gb"):
        headings = export.headings()[::-1]

    assert match(headings) == {column.name: at for at, column in enumerate(COLUMNS[::-1])}
