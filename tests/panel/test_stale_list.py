"""A list of hosts that has been open for a while."""

import json
import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from hosts.models import Host, Presence
from tests.cast import make_host
from tests.panel.pages import DISPUTE, Page, present

LIST = "/admin/hosts/host/"
KEPT = "Somebody else has changed this meanwhile, and it was kept: {}."


class TestTheListOfHosts:
    def test_changes_the_row_that_was_changed_and_no_other(self, panel, host, remote_host):
        page = Page(panel, LIST)
        Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY)

        answer = page.send(**{page.row_of(remote_host.pk): "away"})

        assert (present(host).presence, present(remote_host).presence) == (Presence.AWAY, Presence.AWAY)
        assert KEPT.format("Anika Rao, Presence: “Away”") in answer
        assert [entry.object_id for entry in LogEntry.objects.all()] == [str(remote_host.pk)]

    def test_says_beside_a_row_that_both_have_changed_what_it_is_now(self, panel, host, remote_host):
        third = make_host(name="Chen Wei")
        page = Page(panel, LIST)
        Host.objects.filter(pk__in=[host.pk, third.pk]).update(presence=Presence.AWAY)

        answer = page.send(**{page.row_of(host.pk): "remote", page.row_of(remote_host.pk): "in_office"})

        assert DISPUTE.format("Away") in answer
        assert KEPT.format("Chen Wei, Presence: “Away”") in answer
        assert (present(host).presence, present(remote_host).presence) == (Presence.AWAY, Presence.REMOTE)

    def test_saves_once_the_person_has_read_it(self, panel, host, remote_host):
        page = Page(panel, LIST)
        Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY)
        again = Page(panel, LIST)
        again.fields.clear()

        again.feed(page.send(**{page.row_of(host.pk): "remote", page.row_of(remote_host.pk): "in_office"}))
        assert again.fields[again.row_of(host.pk)] == ["remote"]
        again.send()

        assert (present(host).presence, present(remote_host).presence) == (Presence.REMOTE, Presence.IN_OFFICE)

    def test_agrees_where_both_have_set_the_same(self, panel, host):
        page = Page(panel, LIST)
        Host.objects.filter(pk=host.pk).update(presence=Presence.AWAY)

        answer = page.send(**{page.row_of(host.pk): "away"})

        assert present(host).presence == Presence.AWAY
        assert "Somebody else" not in answer

    def test_leaves_the_other_fields_of_a_host_alone(self, panel, host):
        page = Page(panel, LIST)
        Host.objects.filter(pk=host.pk).update(phone="+919876500000", is_active=False)

        page.send(**{page.row_of(host.pk): "away"})

        assert (present(host).phone, present(host).is_active) == ("+919876500000", False)

    def test_keeps_each_row_with_its_host_when_the_order_has_changed(self, panel, host, remote_host):
        page = Page(panel, LIST)
        Host.objects.filter(pk=host.pk).update(name="Zora Rao", presence=Presence.AWAY)

        answer = page.send(**{page.row_of(host.pk): "remote"})

        row = next(row for row in answer.split("<tr") if "Somebody else" in row)
        assert "Zora Rao" in row
        assert 'aria-label="Presence of Zora Rao"' in row

    def test_saves_the_rest_when_a_host_has_been_deleted(self, panel, host, remote_host):
        page = Page(panel, LIST)
        row = page.row_of(remote_host.pk)
        host.delete()

        answer = page.send(**{row: "away"})

        assert present(remote_host).presence == Presence.AWAY
        assert "One row of the list is no longer there." in answer

    @pytest.mark.parametrize(
        "odd",
        [
            {"form-0-id": "9" * 30},
            {"form-0-id": "9" * 18},
            {"form-0-id": ""},
            {"form-0-id": "\x00"},
            {"form-0-id": ["1", "2"]},
            {"form-0-id": "-1"},
            {"form-0-id": "١"},
            {"form-1-id": "1.5"},
            {"form-77-id": "x"},
            {"form-999999-presence": "away"},
            {"form-TOTAL_FORMS": "x"},
            {"form-TOTAL_FORMS": "99999999999999999999"},
            {"form-INITIAL_FORMS": "-1"},
            {"initial-form-0-presence": "\x00"},
            {"initial-form-0-presence": ["a", "b"]},
            {"initial-form-0-presence": "x" * 5000},
            {"initial-form-0-id": "x"},
            {"form-0-presence": "\x00"},
            {"form-0-presence": []},
        ],
        ids=json.dumps,
    )
    def test_takes_nothing_odd_for_an_error_of_its_own(self, panel, host, remote_host, odd):
        page = Page(panel, LIST)

        page.send(**odd)

        assert {present(host).presence, present(remote_host).presence} == {Presence.IN_OFFICE, Presence.REMOTE}

    def test_takes_one_host_in_two_rows_once(self, panel, host):
        page = Page(panel, LIST)

        page.send(**{page.row_of(host.pk): "away", "form-5-id": str(host.pk), "form-5-presence": "remote"})

        assert present(host).presence == Presence.AWAY


@pytest.mark.django_db(transaction=True)
def test_of_two_lists_at_the_same_moment_one_saves_and_the_other_is_told(manager, host):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(manager)
    pages = [Page(client, LIST) for client in clients]
    both = threading.Barrier(2)
    answers = []

    def send(page, presence):
        both.wait()
        answers.append(page.send(**{page.row_of(host.pk): presence}))
        connection.close()

    threads = [threading.Thread(target=send, args=each) for each in zip(pages, ("away", "remote"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    saved = present(host)
    assert saved.presence in {"away", "remote"}
    assert [DISPUTE.format(saved.get_presence_display()) in answer for answer in answers].count(True) == 1


def test_more_than_a_few_are_counted(panel):
    hosts = [make_host(name=f"Host{number} Rao") for number in range(8)]
    page = Page(panel, LIST)
    Host.objects.exclude(pk=hosts[0].pk).update(presence=Presence.AWAY)

    answer = page.send(**{page.row_of(hosts[0].pk): "remote"})

    assert "and 2 more." in answer
