"""What an import does, as people read it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hosts.exchange.columns import BY_ATTRIBUTE, LABELS
from hosts.models import Import

# So many faults are enough to see what is wrong with a file.
MAX_FAULTS = 200


def shown(change: dict[str, Any]) -> dict[str, Any]:
    """The change of a host: what was and what will be in each column."""
    values = [
        {
            "label": column.label,
            "old": "" if old is None else column.show(old),
            "new": column.show(new),
        }
        for attribute, column in BY_ATTRIBUTE.items()
        if attribute in change["values"]
        for old, new in [change["values"][attribute]]
    ]
    return {"row": change["row"], "name": change["name"], "is_new": change["host"] is None, "values": values}


def faults_shown(plan: dict[str, Any]) -> list[str]:
    """Each sentence of what is wrong, at most `MAX_FAULTS` of them and how many more there are."""
    sentences = []
    if plan["missing"]:
        names = ", ".join(str(LABELS[name]) for name in plan["missing"])
        sentences.append(_("These columns are missing: %(names)s") % {"names": names})
    for fault in plan["faults"][:MAX_FAULTS]:
        where = {"row": fault["row"], "name": fault["name"], "sentence": fault["sentence"]}
        if fault["name"]:
            sentences.append(_("Row %(row)d, %(name)s. %(sentence)s") % where)
        else:
            sentences.append(_("Row %(row)d. %(sentence)s") % where)
    if (more := len(plan["faults"]) - MAX_FAULTS) > 0:
        sentences.append(_("And %(count)d more.") % {"count": more})
    return sentences


def left_shown(found: Import) -> list[str]:
    """A sentence for each row, or cell, that was not written as the preview showed it."""
    sentences = []
    for left in found.left:
        what = BY_ATTRIBUTE[left["attribute"]].label if left["attribute"] else ""
        why = Import.Left(left["why"]).label
        where = ", ".join(filter(None, [_("Row %(row)d") % {"row": left["row"]}, left["name"], str(what)]))
        sentences.append(f"{where}: {why}")
    return sentences
