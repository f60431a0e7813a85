"""The `translate` tag of our templates says what Django's own says, in the language of each page."""

import pytest
from django.template import Context, Engine, Template
from django.utils import translation

from core.words import Sentence

pytestmark = pytest.mark.once

OURS = Engine(libraries={"i18n": "core.words"})
DJANGOS = Engine(libraries={"i18n": "django.templatetags.i18n"})


def say(engine: Engine, source: str, **context: object) -> str:
    """The template of this source, rendered twice, the second time from what is remembered."""
    template = Template("{% load i18n %}" + source, engine=engine)
    first = template.render(Context(context))
    assert template.render(Context(context)) == first
    return first


def test_one_template_says_it_in_each_language():
    template = Template('{% load i18n %}{% translate "Yes" %}', engine=OURS)
    said = []
    for language in ("en-gb", "de", "fr", "de", "en-gb"):
        with translation.override(language):
            said.append(template.render(Context()))

    assert said == ["Yes", "Ja", "Oui", "Ja", "Yes"]


@pytest.mark.parametrize(
    "source",
    [
        '{% translate "100% <b>sure</b> & ‘so’" %}',
        '{% trans "Yes" %}',
        '{% translate "Yes" noop %}',
        '{% translate "yes"|title %}',
        '{% translate "Yes" as word %}<{{ word }}>',
        '{% translate "May" context "abbr. month" %}',
        "{% translate word %}",
        '{% autoescape off %}{% translate "a & b" %}{% endautoescape %}',
    ],
)
@pytest.mark.parametrize("language", ["en-gb", "de", None])
def test_it_says_what_djangos_says(source, language):
    with translation.override(language):
        assert say(OURS, source, word="Yes") == say(DJANGOS, source, word="Yes")


@pytest.mark.parametrize(("source", "fixed"), [('"Yes"', True), ("word", False), ('"Yes" as word', False)])
def test_only_what_is_fixed_is_remembered(source, fixed):
    template = Template("{% load i18n %}{% translate " + source + " %}", engine=OURS)

    assert bool(template.nodelist.get_nodes_by_type(Sentence)) == fixed
