"""Django’s template library `i18n`, in which a fixed sentence is looked up once for each language.

Pages have dozens of them. Django takes a lock of the whole process and several layers of templates for each of them.
"""

from __future__ import annotations

from typing import Any

from django.template import Library, Node
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Sentence(Node):
    """A `translate` tag that says the same in every context."""

    child_nodelists = ()

    def __init__(self, tag: Node) -> None:
        self._tag = tag
        self._words: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The sentence in the present language."""
        language = get_language()
        if language not in self._words:
            self._words[language] = self._tag.render(context)
        return self._words[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """The tag of Django, remembered where it depends on nothing but the language."""
    tag: Any = i18n.do_translate(parser, token)
    given = tag.filter_expression
    is_fixed = given.var.literal is not None and not (given.filters or tag.asvar or tag.message_context)
    return Sentence(tag) if is_fixed else tag
