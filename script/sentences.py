"""Usage: .venv/bin/python script/sentences.py [--check]

Writes docs/sentences.md: the sentences that pages, emails and texts show, with the states of the product in which they
do. It walks through the screens in a temporary database. It fails when a sentence claims an outcome and has no rule in
tests/sentences/rules/, or is shown where its rule does not hold. With --check it writes nothing, and fails also when
the file is not what it would write. Needs requirements-dev.txt.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Walk, write or compare the paper, and say what is wrong."""
    # A test that runs this has a database of its own, which is not touched.
    for name in ("TEST_FOLDER", "PYTEST_XDIST_WORKER"):
        os.environ.pop(name, None)
    os.environ |= {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    # Refusals and errors are among the states.
    logging.disable(logging.CRITICAL)
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        from tests.sentences.walk import PAPER, paper, walk

        stage, wrong = walk()
        text = paper(stage)
    finally:
        teardown_databases(databases, verbosity=0)
    if "--check" not in sys.argv[1:]:
        PAPER.write_text(text)
    elif text != PAPER.read_text():
        wrong.append("docs/sentences.md is not up to date: run script/sentences.py, and read what has changed.")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
