"""What the pages of the host panel share: records with sections, lists that count to a limit, the return address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Model, OrderBy, QuerySet
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.forms import EmailField, LineField, LinesField, RecordsField
from core.ordering import ByName
from core.stale.admin import StaleAwareAdmin

# Counting a million rows takes longer than the page itself, and nobody pages through more rows than this.
COUNT_LIMIT = 500

Section = Callable[[HttpRequest, Any], SafeString]


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts `COUNT_LIMIT` rows at most; when `capped`, search and filters reach the rest."""

    @cached_property
    def count(self) -> int:
        """The number of rows, `COUNT_LIMIT` at most."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:COUNT_LIMIT].count()

    @property
    def capped(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count == COUNT_LIMIT


class ByNameChangeList(ChangeList):
    """A list of the panel whose columns of text are sorted as people sort."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """As Django Admin orders it, with :class:`ByName` for text that people read."""
        return [self._by_name(each) for each in super().get_ordering(request, queryset)]

    def _by_name(self, order: Any) -> Any:
        if not isinstance(order, str):
            return order
        name = order.removeprefix("-")
        try:
            field = self.lookup_opts.get_field(name)
        except FieldDoesNotExist:
            return order
        if not isinstance(field, models.CharField) or field.choices:
            return order
        return OrderBy(ByName(F(name)), descending=order.startswith("-"))


class PanelAdmin(StaleAwareAdmin):
    """What every list and record of the panel does: titles, clean text, names in order, and addresses and forms from
    which nothing odd reaches the database.

    Django allows a lookup on every column of the model. With one such as `host_token__gte` whoever may see the list
    could find out, by halves, what it does not show. It also hands values on to the database that are none of the
    column, of which the database makes an exception.
    """

    formfield_overrides: ClassVar = {
        models.CharField: {"form_class": LineField},
        models.TextField: {"form_class": LinesField},
        models.EmailField: {"form_class": EmailField},
    }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        """The page of a record, with its name as the title."""
        if obj is not None:
            context |= {"title": self.title_of(obj), "subtitle": None}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def title_of(self, record: Any) -> str:
        """What the page of this record is called."""
        return str(record)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list, whose names are sorted as people sort."""
        return ByNameChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether it is what a link of a declared filter says; anything else gets a response of status 400."""
        filters = self.get_list_filter(cast("HttpRequest", request))
        if not any(lookup in parameters_of(declared) for declared in filters):
            return False
        name, _separator, kind = lookup.partition("__")
        return kind == "isnull" or _may_hold(self.opts, name, value)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the plural name of its records as the title.

        Raises BadRequest when what is ticked is no key of a record.
        """
        if not all(_may_hold(self.opts, "pk", key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """The field of several records."""
        kwargs = {"form_class": RecordsField, **kwargs}
        return super().formfield_for_manytomany(db_field, cast("HttpRequest", request), **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record of this key; an empty name of the column that holds the key means the usual one."""
        return super().get_object(request, object_id, from_field or None)


def _may_hold(opts: Options[Any], name: str, value: Any) -> bool:
    """Whether a column of this name could hold the value; one that the model does not have takes any text."""
    if "\0" in str(value):
        return False
    try:
        field = opts.pk if name == "pk" else opts.get_field(name)
        column: Any = getattr(field, "target_field", field)
        column.run_validators(column.to_python(value))
    except FieldDoesNotExist:
        return True
    except ValidationError:
        return False
    return True


def parameters_of(declared: Any) -> set[str]:
    """What the address may hold for this item of `list_filter`: the name of a field, or a filter class of ours."""
    if isinstance(declared, str):
        return {f"{declared}__{suffix}" for suffix in ("exact", "id__exact", "isnull")}
    return set(getattr(declared, "parameters", None) or [declared.parameter_name])


class RecordAdmin(PanelAdmin):
    """A record's page, with sections below its fields.

    `sections` are functions of the request and the record that return HTML. The registration passes them in, so that
    the page of one app can show another app that it may not import.
    """

    change_form_template = "admin/record.html"
    # Counting the rows of each filter takes longer than the page itself.
    show_facets = admin.ShowFacets.NEVER
    sections: Sequence[Section] = ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        """The page, with its sections."""
        if obj is not None:
            context["sections"] = [section(request, obj) for section in self.sections]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class ReadOnlyAdmin(RecordAdmin):
    """A read-only record, also for superusers, because it documents what happened."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def return_to(request: HttpRequest, default: str) -> str:
    """The page to redirect to after a POST: the form's `next` if it is a path of this site, else `default`."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else default


def log_export(request: HttpRequest, model: type[Model], file_format: str) -> None:
    """Record in the change log that this person has exported what the list of these records shows."""
    LogEntry.objects.create(
        user_id=str(request.user.pk),
        content_type=ContentType.objects.get_for_model(model),
        object_repr=f"{file_format.upper()} {request.META['QUERY_STRING']}"[:200],
        action_flag=CHANGE,
        change_message=gettext("Exported."),
    )
