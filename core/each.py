"""Work on several objects of which none depends on another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Model)


def for_each(objects: Iterable[M], act: Callable[[M], object]) -> None:
    """Do this for each of these. One that fails is logged, and does not keep the others from it."""
    for each in list(objects):
        try:
            act(each)
        except Exception as error:  # noqa: BLE001  whatever is wrong with one of them
            # Not what the error says, nor the object, either of which may name a person.
            logger.error("%s %s: %s", each._meta.label, each.pk, type(error).__name__)
