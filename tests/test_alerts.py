"""The alerts and the dashboard of `deploy/` ask for figures that there are, and the runbook knows each alert."""

import json
import re

import pytest
import yaml
from django.db import connection

from tests.appointments.test_checkin import typed
from tests.edge.stranger import Stranger
from tests.services.product import ROOT
from tests.test_metrics import figures, web  # noqa: F401

RULES = yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PANELS = json.loads((ROOT / "deploy/grafana.json").read_text(encoding="utf-8"))["panels"]
RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_every_figure_that_an_alert_or_a_panel_asks_for_is_there(web, host):  # noqa: F811
    assert Stranger(web.url, {}).send("/", "/", typed(host))[0] == 302
    expressions = [rule["expr"] for rule in RULES] + [target["expr"] for each in PANELS for target in each["targets"]]
    asked = set(re.findall(r"\b(?:entry|process)_\w+", " ".join(expressions)))

    found = {name for name, *_labels in figures(web)}

    # SQLite has no connections to count.
    assert asked - found == ({"entry_database_connections"} if connection.vendor == "sqlite" else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_runbook_says_what_to_do_about(rule):
    [row] = [line for line in RUNBOOK.splitlines() if line.startswith(f"| `{rule['alert']}` |")]
    heading = re.findall(r"\(#([\w-]+)\)", row)[0]
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in RUNBOOK.splitlines() if line.startswith("## ")}

    assert heading in headings
    assert rule["labels"]["severity"] in {"page", "ticket"}


def test_the_runbook_knows_no_other_alert():
    assert set(re.findall(r"^\| `(Entry\w+)`", RUNBOOK, re.MULTILINE)) == {rule["alert"] for rule in RULES}
