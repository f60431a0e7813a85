"""Pages that have been open for a while: what somebody else has changed meanwhile, and what this person has."""

import threading
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.stale.forms import StaleAwareForm
from hosts.models import Host, Presence
from kiosks.models import Kiosk
from offices.models import LIMITS, Office
from panel.registry import MANAGERS, RECORDS
from tests.panel.pages import DISPUTE, Page, present


def page_of(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


@pytest.fixture
def superuser(db, settings) -> Client:
    """The panel, opened by a superuser who has just said who they are."""
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


class TestOneRecord:
    def test_changes_the_fields_that_were_changed_and_no_other(self, panel, host):
        page = Page(panel, page_of(host))
        Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY, phone="+919876500000", is_active=False)

        answer = unescape(page.send(title="Head of Fish"))

        saved = present(host)
        assert (saved.title, saved.presence, saved.phone, saved.is_active) == (
            "Head of Fish",
            Presence.AWAY,
            "+919876500000",
            False,
        )
        for kept in ("Presence: “Away”", "Phone: “+91 98765 00000”", "Listed at check-in: “no”"):
            assert f"Anika Rao, {kept}" in answer
        assert LogEntry.objects.get().get_change_message() == "Changed Title."

    @pytest.mark.parametrize(
        ("field", "theirs", "mine", "shown"),
        [
            ("presence", "away", "remote", "Away"),
            ("title", "Director", "Head of Fish", "Director"),
            ("title", "", "Head of Fish", "nothing"),
            ("phone", "+919876500000", "+91 98765 11111", "+91 98765 00000"),
            ("address", "1 Quay\nBerlin", "2 Quay\r\nBerlin", "1 Quay\nBerlin"),
            ("email", "rao@meridianhouse.example", "anika.rao@meridianhouse.example", "rao@meridianhouse.example"),
            ("title", '<b>"&', "Head of Fish", '<b>"&'),
        ],
    )
    def test_says_beside_a_field_that_both_have_changed_what_it_is_now(self, panel, host, field, theirs, mine, shown):
        page = Page(panel, page_of(host))
        Host.objects.filter(pk=host.pk).update(**{field: theirs})

        answer = page.send(**{field: mine, "name": "Anika R. Rao"})

        assert DISPUTE.format(shown) in unescape(answer)
        assert '<b>"' not in answer
        assert (getattr(present(host), field), present(host).name) == (theirs, "Anika Rao")
        again = Page(panel, page_of(host))
        again.fields.clear()
        again.feed(answer)
        assert (again.fields[field], again.fields["name"]) == ([mine], ["Anika R. Rao"])
        again.send()
        assert (getattr(present(host), field), present(host).name) != (theirs, "Anika Rao")

    def test_loses_nothing_typed_to_an_error(self, panel, host):
        page = Page(panel, page_of(host))
        Host.objects.filter(pk=host.pk).update(title="Director", phone="+919876500000")

        answer = page.send(title="Head of Fish", phone="12 rue")

        assert "Enter a phone number with its country code" in answer
        assert DISPUTE.format("Director") in answer
        assert DISPUTE.format("+91 98765 00000") in answer
        assert 'value="12 rue"' in answer
        assert 'value="Head of Fish"' in answer

    def test_shows_the_value_of_somebody_else_where_only_they_changed_it(self, panel, host):
        page = Page(panel, page_of(host))
        Host.objects.filter(pk=host.pk).update(title="Director")

        answer = page.send(phone="12 rue")

        assert 'value="Director"' in answer
        assert answer.count("Somebody else has changed this meanwhile. The role or team, shown under the name.") == 1

    def test_that_has_been_deleted_is_said(self, panel, host):
        page = Page(panel, page_of(host))
        host.delete()

        assert "doesn’t exist. Perhaps it was deleted?" in unescape(page.send(title="Head of Fish"))

    def test_from_a_program_that_shows_no_page_is_taken_as_it_is(self, panel, host):
        fields = {"name": "Anika", "email": host.email, "phone": host.phone, "address": "x", "presence": "away"}

        panel.post(page_of(host), fields)

        assert (present(host).name, present(host).presence, present(host).is_active) == ("Anika", "away", False)


def test_the_office_keeps_what_somebody_else_has_set(panel, settings):
    settings.OFFICE_FIXED = {}
    office = Office.objects.create(pk=1, name="Harbour Lights", phone_region="NZ", reception_phone="+6495550100")
    page = Page(panel, page_of(office))
    Office.objects.update(texts_day=7, reception_phone="+6495550199", time_zone="Asia/Kolkata", name="Harbour")

    answer = unescape(page.send(address="1 Quay Street", name="Lights"))
    assert DISPUTE.format("Harbour") in answer
    again = Page(panel, page_of(office))
    again.fields.clear()
    again.feed(answer)
    again.send()

    saved = Office.objects.get()
    assert (saved.name, saved.address, saved.texts_day) == ("Lights", "1 Quay Street", 7)
    assert (saved.reception_phone, saved.time_zone) == ("+6495550199", "Asia/Kolkata")
    assert all(getattr(saved, limit) == getattr(Office(), limit) for limit in LIMITS if limit != "texts_day")


def test_a_screen_that_is_used_while_it_is_renamed_keeps_its_key(panel):
    kiosk = Kiosk.objects.create(name="Front desk")
    page = Page(panel, page_of(kiosk))
    Kiosk.objects.update(key="another")

    page.send(name="Back desk")

    assert (present(kiosk).name, present(kiosk).key) == ("Back desk", "another")


def test_an_account_keeps_the_groups_and_rights_that_somebody_else_gave(superuser, manager):
    other = Group.objects.exclude(name=MANAGERS).first()
    page = Page(superuser, page_of(manager))
    manager.groups.set([other])
    User.objects.filter(pk=manager.pk).update(is_superuser=True, password="changed")

    answer = unescape(page.send(first_name="Maria"))

    saved = present(manager)
    assert (saved.first_name, saved.is_superuser, saved.password) == ("Maria", True, "changed")
    assert list(saved.groups.all()) == [other]
    assert f"maria, Groups: “{other}”" in answer


def test_an_account_whose_groups_both_have_changed_says_so(superuser, manager):
    first, second = Group.objects.order_by("pk")[:2]
    page = Page(superuser, page_of(manager))
    manager.groups.set([])

    answer = page.send(groups=[str(first.pk), str(second.pk)])

    assert DISPUTE.format("nothing") in answer
    assert not manager.groups.exists()


def test_every_record_that_can_be_changed_is_changed_like_this(rf, superuser):
    request = rf.get("/")
    request.user = User.objects.get(username="root")
    pages = [admin.site._registry[record.model] for record in RECORDS if record.admin]
    changed = [page for page in pages if page.has_change_permission(request)]

    assert {page.model._meta.model_name for page in changed} >= {"host", "kiosk", "office", "user", "group"}
    for page in changed:
        assert issubclass(page.get_form(request, change=True), StaleAwareForm)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_the_same_moment_one_saves_and_the_other_is_told(manager, host):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(manager)
    pages = [Page(client, page_of(host)) for client in clients]
    both = threading.Barrier(2)
    answers = []

    def send(page, title):
        both.wait()
        answers.append(unescape(page.send(title=title)))
        connection.close()

    threads = [threading.Thread(target=send, args=each) for each in zip(pages, ("One", "Two"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    saved = present(host).title
    assert saved in {"One", "Two"}
    assert [DISPUTE.format(saved) in answer for answer in answers].count(True) == 1
