from __future__ import annotations

from tests.panel.conftest import manager, panel  # noqa: F401
