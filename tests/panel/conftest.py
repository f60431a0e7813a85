from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page

from panel.registry import MANAGERS, RECEPTION
from tests.services.product import Product


@pytest.fixture
def manager(db) -> User:
    """An office manager, with only the permissions of the group."""
    user = User.objects.create_user("maria", password="a quiet front desk", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    return user


@pytest.fixture
def panel(manager: User) -> Client:
    """The host panel, opened by the office manager."""
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def receptionist(db) -> User:
    """A member of the group Reception."""
    user = User.objects.create_user("ravi", password="a quiet front desk", is_staff=True)
    user.groups.add(Group.objects.get(name=RECEPTION))
    return user


@pytest.fixture
def desk(receptionist: User) -> Client:
    """The host panel, opened by a member of the group Reception."""
    client = Client()
    client.force_login(receptionist)
    return client


@pytest.fixture
def sign_in(manager: User, server: Product) -> Callable[[Page], Page]:
    """Signs the office manager in on a page, with the cookie that the form would have set."""

    def sign(page: Page) -> Page:
        client = Client()
        client.force_login(manager)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])
        page.goto("/admin/")
        return page

    return sign


@pytest.fixture
def signed_in(page: Page, sign_in: Callable[[Page], Page]) -> Page:
    """The panel at reception, where the office manager has signed in."""
    return sign_in(page)
