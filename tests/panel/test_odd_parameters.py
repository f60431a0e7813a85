"""What nobody types, in the address and in the forms of every page of the panel: it gets an answer, never an error."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from core.admin import parameters_of
from tests.security.roles import UNKNOWN_TOKEN, text_of
from tests.security.surface import forms_of
from tests.security.urls import every_url, make_world

# The first few are what has broken something once.
ODDEST = ["a\0b", "9" * 20, "x"]
ODD = [*ODDEST, "", "-1", "9" * 5000, "0001-01-01", "9999-12-31", "[" * 500, "٣", "1.5", "None"]
# What Django Admin reads from an address, whatever the list.
NAMES = [
    "q",
    "o",
    "p",
    "e",
    "all",
    "_popup",
    "_to_field",
    "_changelist_filters",
    "page",
    "app_label",
    "from",
    "to",
    "next",
]
# Each ends the session in which everything else is tried.
LEFT_OUT = {"admin:logout", "admin:account-session-end"}
PAGES = [url for url in every_url() if url.route.startswith("admin/") and url.name not in LEFT_OUT]


@pytest.fixture
def root(db) -> Client:
    """Somebody who may do everything."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root"))
    return client


def filters() -> dict[str, list[str]]:
    """The parameters of each list, by the name of its URL."""
    found: dict[str, list[str]] = {}
    for model, of in admin.site._registry.items():
        names = set().union(*(parameters_of(each) for each in of.list_filter))
        found[f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"] = [*sorted(names), "id__in", "pk"]
    return found


FILTERS = filters()


@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_an_odd_address_gets_an_answer(root, url):
    path = url.path(make_world().values(url, UNKNOWN_TOKEN))

    if url.name in FILTERS:
        queries = [{name: odd} for name in [*NAMES, *FILTERS[url.name]] for odd in ODD]
    else:
        queries = [dict.fromkeys(NAMES, odd) for odd in ODD]

    assert not [query for query in queries if status(root.get(path, query)) >= 500]


@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_an_odd_form_gets_an_answer(root, url):
    path = url.path(make_world().values(url, UNKNOWN_TOKEN))
    page = root.get(path)
    forms = forms_of(path, text_of(page)) if page.status_code == 200 else []
    actions = re.findall(r'<option value="(\w+)">', text_of(page)) or [""]

    failed = [
        (form.action, name, odd[:20])
        for form in forms
        for name, _value in form.fields
        for odd in ODDEST
        for action in (actions if name == ACTION_CHECKBOX_NAME else [""])
        if send(root, form.action, {**dict(form.fields), "action": action, name: odd}) >= 500
    ]

    assert not failed


def send(client: Client, action: str, fields: dict[str, str]) -> int:
    """The status of the answer to this form; what it changed is taken back."""
    with transaction.atomic():
        answer = client.post(action, fields)
        transaction.set_rollback(True)
    return status(answer)


def status(response: Any) -> int:
    """The status of a response, which is read to its end, as by a server."""
    text_of(response)
    return int(response.status_code)
