"""Usage: .venv/bin/python script/migrations.py check|add

A migration that has landed has run on somebody's database, so it never changes. script/migrations.sha256 lists all that
have landed, with a checksum of each. `check` fails when one of them was changed or removed, or when one is not listed;
`add` lists the new ones.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path("script") / "migrations.sha256"
ADD = ".venv/bin/python script/migrations.py add"


def main(arguments: list[str], root: Path = ROOT) -> None:
    """Check or add; exits with one sentence for each migration that is changed, removed or not listed."""
    if arguments not in (["check"], ["add"]):
        sys.exit("Usage: .venv/bin/python script/migrations.py check|add")
    landed, present = listed(root), found(root)
    problems = changes(landed, present)
    new = sorted(present.keys() - landed.keys())
    if arguments == ["check"]:
        problems += [f"{path} is new and not listed in {LIST}: run {ADD} and commit the list with it." for path in new]
    if problems:
        sys.exit("\n".join(problems))
    if arguments == ["add"]:
        write(root, present)
        print("\n".join(f"Added {path}." for path in new) or "There is no new migration.")


def changes(landed: dict[str, str], present: dict[str, str]) -> list[str]:
    """One sentence for each landed migration that was changed or removed."""
    advice = "a migration that has landed stays as it is: restore it, and make what you need with a new one."
    return [
        f"{path} was {'changed' if path in present else 'removed'}, but {advice}"
        for path, checksum in landed.items()
        if present.get(path) != checksum
    ]


def found(root: Path) -> dict[str, str]:
    """The checksum of each existing migration, by its path."""
    folders = [folder for folder in root.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    files = [file for folder in folders for file in folder.rglob("migrations/*.py") if file.name != "__init__.py"]
    return {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def listed(root: Path) -> dict[str, str]:
    """The checksum of each migration that has landed, by its path."""
    file = root / LIST
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {path: checksum for checksum, path in (line.split("  ", 1) for line in lines)}


def write(root: Path, migrations: dict[str, str]) -> None:
    """Write the list in the format of `sha256sum --check`."""
    lines = [f"{checksum}  {path}\n" for path, checksum in sorted(migrations.items())]
    (root / LIST).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
