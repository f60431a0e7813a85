from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from entrymgmt.panel.rights import MANAGERS, RECEPTION


@pytest.fixture
def manager(db) -> User:
    """An office manager: in the group, and nothing more."""
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
    """Someone of the group Reception."""
    user = User.objects.create_user("ravi", password="a quiet front desk", is_staff=True)
    user.groups.add(Group.objects.get(name=RECEPTION))
    return user


@pytest.fixture
def desk(receptionist: User) -> Client:
    """The host panel, opened by someone of the group Reception."""
    client = Client()
    client.force_login(receptionist)
    return client
