"""Email addresses in forms: those that people have, without what nobody sees in them."""

import pytest
from django.core.exceptions import ValidationError

from appointments.models import Appointment
from core.emails import validate_plain_email
from core.forms import EmailField
from hosts.models import Host
from tests.appointments.test_checkin import typed
from tests.panel.conftest import manager, panel  # noqa: F401

ODD = [
    *["mira@localhost", "mira@LOCALHOST", "mira@reception", "mira@127.0.0.1", "mira@[127.0.0.1]", '"mira"@example.com'],
    *["mira@example", "mira@.com", "mira@@example.com", "mira@exa mple.com", "mira", "@example.com"],
]
# Mail programs and web pages put these into what is copied from them.
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202a", "\u3164", "\U000e0061"]


@pytest.mark.once
@pytest.mark.parametrize("address", ODD)
def test_what_is_no_address_of_a_person_is_refused(address):
    with pytest.raises(ValidationError):
        validate_plain_email(address)


@pytest.mark.once
@pytest.mark.parametrize("invisible", INVISIBLE)
def test_what_nobody_sees_in_an_address_is_dropped(invisible):
    for address in (f"mira{invisible}@example.com", f"mira@exam{invisible}ple.com", f"{invisible}mira@example.com"):
        assert EmailField().clean(f" {address}{invisible} ") == "mira@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["mira@localhost", "mira@reception"])
def test_check_in_and_the_panel_say_so_beside_the_field(client, host, panel, address):  # noqa: F811
    page = client.post("/", typed(host, email=address))
    details = {"name": "Mira", "phone": "+447700900142", "presence": "remote", "address": "4th floor", "email": address}
    form = panel.post("/admin/hosts/host/add/", details)

    assert page.context["form"].errors["email"] == ["Enter an email address like name@example.com"]
    assert list(form.context["adminform"].form.errors) == ["email"]
    assert not Appointment.objects.exists()
    assert Host.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("invisible", INVISIBLE)
def test_the_address_of_a_host_is_compared_without_it(host, panel, invisible):  # noqa: F811
    address = host.email.replace("@", f"@{invisible}").upper()
    details = {"name": "Mira", "phone": "+447700900142", "presence": "remote", "address": "4th floor", "email": address}

    page = panel.post("/admin/hosts/host/add/", details)

    assert "Another host has this email address" in page.content.decode()
