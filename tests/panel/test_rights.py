"""Who may do what in the panel."""

from django.contrib.auth.models import Group
from django.core.management import call_command

from entrymgmt.panel.rights import MANAGERS, RIGHTS


def test_office_managers_have_exactly_their_rights(db):
    held = Group.objects.get(name=MANAGERS).permissions.values_list("content_type__app_label", "codename")

    assert set(held) == {(app, codename) for app, codenames in RIGHTS[MANAGERS].items() for codename in codenames}


def test_a_right_lost_comes_back_with_the_next_migration(db):
    Group.objects.get(name=MANAGERS).permissions.clear()

    call_command("migrate", verbosity=0)

    test_office_managers_have_exactly_their_rights(db)


def test_an_office_manager_sees_no_accounts(panel):
    assert panel.get("/admin/auth/user/").status_code in {403, 404}
