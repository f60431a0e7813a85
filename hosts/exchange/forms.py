"""The forms of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hosts.exchange.columns import LABELS
from hosts.exchange.headings import Matching
from hosts.models import Import


class FileForm(forms.Form):
    """The choice of a file."""

    import_file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV or XLSX, at most 5 MB, as spreadsheet programs and directories save it."),
        error_messages={"required": _("Choose a file")},
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, label_suffix="")


class MatchingForm(forms.Form):
    """Which column of a file is which of a host."""

    def __init__(self, data: Any, *, of: Import) -> None:
        super().__init__(data, label_suffix="")
        samples = [_sample(of.table["rows"], at) for at in range(len(of.table["headings"]))]
        columns = [
            (at, ": ".join(filter(None, [heading, sample])) or str(at + 1))
            for at, (heading, sample) in enumerate(zip(of.table["headings"], samples, strict=True))
            if heading or sample
        ]
        for name, label in LABELS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=str(label),
                choices=[("", _("Not in the file")), *columns],
                coerce=int,
                empty_value=None,
                required=False,
                initial=of.matching.get(name),
            )

    @property
    def matching(self) -> Matching:
        """What was chosen."""
        return {name: at for name, at in self.cleaned_data.items() if at is not None}


def _sample(rows: list[tuple[int, list[str]]], at: int) -> str:
    """What stands first in this column."""
    found = next((cells[at].strip() for _number, cells in rows[:100] if at < len(cells) and cells[at].strip()), "")
    return found if len(found) <= 30 else f"{found[:30]}…"
