"""Pages of the host panel on which several people change one record at the same time."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin, messages
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from core.keys import key_of
from core.stale.forms import SeenField, StaleAwareForm, stale_aware

# As many fields of others' are named in a message; a list may have been open all day.
MAX_NAMED = 5
# The names of the inputs of one row of a list, and of what they showed.
_INPUT = re.compile(r"(?P<seen>initial-)?form-(?P<row>[0-9]{1,6})-(?P<name>.+)")


class StaleAwareAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Saves only what this person has changed, also from a page that has been open since morning.

    A field that somebody else has changed meanwhile keeps its value, and a message says so; where both have changed it,
    the form comes back with everything typed, and a sentence beside the field. Records are locked from reading to
    saving, so of two people at the same moment the second gets that sentence, too.
    """

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form of a record; that of a new one has nobody to disagree with."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return stale_aware(form) if change else form

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The forms of the rows of a list."""
        formset = super().get_changelist_formset(request, **kwargs)
        formset.form = stale_aware(formset.form)
        return formset

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """The record; locked, when it is about to be saved."""
        obj: Model | None = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "POST" and connection.in_atomic_block:
            try:
                obj.refresh_from_db(from_queryset=self.model._default_manager.select_for_update())
            except self.model.DoesNotExist:
                return None
        return obj

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the changed fields, and say what somebody else has changed."""
        if not change or not isinstance(form, StaleAwareForm):
            super().save_model(request, obj, form, change)
            return
        # What is disabled has a value of its own, which the form shows.
        ours = {*form.changed_data, *(name for name, field in form.fields.items() if field.disabled)}
        if changed := ours.intersection(field.name for field in obj._meta.concrete_fields):
            obj.save(update_fields=changed)
        self._say_kept(request, form.kept)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; each of its rows is saved, whatever has become of the others."""
        if not (request.method == "POST" and "_save" in request.POST and self.has_change_permission(request)):
            return super().changelist_view(request, extra_context)
        with transaction.atomic():
            self._leave_out_gone(request)
            response = super().changelist_view(request, extra_context)
        formset = getattr(getattr(request, "changelist", None), "formset", None)
        if formset is None:
            return response
        is_back = isinstance(response, TemplateResponse)
        if is_back:
            # The list may have got another order or other rows since the page was opened.
            request.changelist.result_list = [form.instance for form in formset.forms]  # type: ignore[attr-defined]
        # Of a row that was saved, `save_model` has said it.
        unsaid = [form for form in formset if is_back or not form.has_changed()]
        self._say_kept(request, [field for form in unsaid for field in form.kept])
        return response

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, which the rest of the request may ask for."""
        request.changelist = super().get_changelist_instance(request)  # type: ignore[attr-defined]
        return request.changelist  # type: ignore[attr-defined]

    def _leave_out_gone(self, request: HttpRequest) -> None:
        """Lock the records of the posted rows, and take the rows out whose record is gone, or was never there."""
        rows = _rows_of(request.POST)
        key = self.opts.pk.name
        keys = {row: key_of(fields.get(key, [""])[0]) for row, fields in rows.items()}
        asked = {row: pk for row, pk in keys.items() if pk is not None}
        locked = self.model._default_manager.select_for_update().filter(pk__in=asked.values()).order_by("pk")
        there = set(locked.values_list("pk", flat=True))
        # Each record once.
        chosen = {pk: row for row, pk in sorted(asked.items(), reverse=True) if pk in there}
        rest = _with_rows(request.POST, [rows[row] for row in sorted(chosen.values())])
        request.POST = rest  # type: ignore[assignment]  # Django’s own is immutable
        if gone := len(set(asked.values()) - there):
            text = ngettext(
                "One row of the list is no longer there.", "%(count)d rows of the list are no longer there.", gone
            )
            self.message_user(request, text % {"count": gone}, messages.WARNING)

    def _say_kept(self, request: HttpRequest, kept: list[SeenField]) -> None:
        if not kept:
            return
        named = [f"{field.record}, {field.label}: “{field.shown}”" for field in kept[:MAX_NAMED]]
        if len(kept) > MAX_NAMED:
            named.append(gettext("and %(count)d more") % {"count": len(kept) - MAX_NAMED})
        text = gettext("Somebody else has changed this meanwhile, and it was kept: %(what)s.")
        self.message_user(request, text % {"what": "; ".join(named)}, messages.WARNING)


def _rows_of(data: QueryDict) -> dict[int, dict[str, list[str]]]:
    """The inputs of each posted row, by its number; of what they showed, with the prefix."""
    rows: dict[int, dict[str, list[str]]] = {}
    for name, values in data.lists():
        if found := _INPUT.fullmatch(name):
            rows.setdefault(int(found["row"]), {})[(found["seen"] or "") + found["name"]] = values
    return rows


def _with_rows(data: QueryDict, rows: list[dict[str, list[str]]]) -> QueryDict:
    """The same form with these rows only."""
    rest = data.copy()
    for name in list(rest):
        if _INPUT.fullmatch(name):
            del rest[name]
    rest["form-TOTAL_FORMS"] = rest["form-INITIAL_FORMS"] = str(len(rows))
    for number, fields in enumerate(rows):
        for name, values in fields.items():
            prefix, plain = ("initial-", name.removeprefix("initial-")) if name.startswith("initial-") else ("", name)
            rest.setlist(f"{prefix}form-{number}-{plain}", values)
    return rest
