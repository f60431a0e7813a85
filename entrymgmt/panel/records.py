"""What the pages of the host panel have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import capfirst

# Counting a million rows takes longer than the page itself; nobody turns more pages than this.
COUNT_LIMIT = 500

Section = Callable[[HttpRequest, Any], SafeString]


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts `COUNT_LIMIT` rows at most; when `capped`, the rest is reached by search or filter."""

    @cached_property
    def count(self) -> int:
        """The number of rows, `COUNT_LIMIT` at most."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:COUNT_LIMIT].count()

    @property
    def capped(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count == COUNT_LIMIT


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A record's page, with sections below its fields. `sections` are given on registration: functions of the request
    and the record that return HTML, so that an app can be shown on the page of one it may not import.
    """

    change_form_template = "admin/record.html"
    # Counting for each filter would cost more than the page.
    show_facets = admin.ShowFacets.NEVER
    sections: Sequence[Section] = ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name of what it lists."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        """The page, with its sections."""
        if obj is not None:
            context["sections"] = [section(request, obj) for section in self.sections]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]


class ReadOnlyAdmin(RecordAdmin):
    """A record that nobody edits, superusers included: it says what happened."""

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


def back(request: HttpRequest, default: str) -> str:
    """Where to go after a button: the page that it stood on, as its form says in `next`, else `default`."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else default
