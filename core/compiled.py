"""Queries of pages that are asked for again and again, which Django puts together once.

It takes several times as long for that as the databases take to answer such a query (docs/performance.md, Load).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def compiled(make: Callable[[], QuerySet[M]]) -> Callable[[Any], list[M]]:
    """A function that returns the objects of the query of `make`, with its argument in place of the first value.

    The argument is what the database stores in that column: a text or a number. `make` is called once, and nothing
    else in the query may depend on when.
    """

    @cache
    def statement() -> tuple[QuerySet[M], str, tuple[Any, ...]]:
        objects = make()
        text, (_, *others) = objects.query.sql_with_params()
        return objects, text, tuple(others)

    def find(value: Any) -> list[M]:
        objects, text, others = statement()
        return list(objects.raw(text, [value, *others]))

    return find
