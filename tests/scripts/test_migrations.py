"""script/migrations.py, which detects changes of landed migrations."""

from pathlib import Path

import pytest

from script.migrations import ADD, LIST, main

pytestmark = pytest.mark.once

FIRST, SECOND = Path("hosts/migrations/0001_initial.py"), Path("hosts/migrations/0002_more.py")


@pytest.fixture
def root(tmp_path) -> Path:
    """A repository in which one migration has landed."""
    for folder in (LIST.parent, FIRST.parent):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / FIRST).write_text("operations = []\n")
    (tmp_path / FIRST.parent / "__init__.py").touch()
    main(["add"], tmp_path)
    return tmp_path


def complaint(root: Path, mode: str) -> str:
    """The error message of the failing script."""
    with pytest.raises(SystemExit) as ended:
        main([mode], root)
    return str(ended.value)


def test_a_migration_that_stays_as_it_landed_passes(root):
    main(["check"], root)


@pytest.mark.parametrize("mode", ["check", "add"])
def test_a_landed_migration_that_was_changed_fails(root, mode):
    (root / FIRST).write_text("operations = [1]\n")

    assert complaint(root, mode) == (
        f"{FIRST} was changed, but a migration that has landed stays as it is: restore it, "
        "and make what you need with a new one."
    )


def test_a_landed_migration_that_was_removed_fails(root):
    (root / FIRST).unlink()

    assert complaint(root, "check").startswith(f"{FIRST} was removed, but ")


def test_a_new_migration_fails_until_it_is_added(root, capsys):
    (root / SECOND).write_text("operations = []\n")

    assert (
        complaint(root, "check") == f"{SECOND} is new and not listed in {LIST}: run {ADD} and commit the list with it."
    )
    main(["add"], root)
    assert f"Added {SECOND}." in capsys.readouterr().out
    main(["check"], root)
