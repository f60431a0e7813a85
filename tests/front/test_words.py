from datetime import timedelta

import pytest
from django.template import Context, Template

from core.templatetags.entry import duration, initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Anika Rao", "AR"), ("Gurpreet Singh Ahluwalia", "GA"), ("ナオミ", "ナ"), ("", ""), ("Plato", "P")],
)
def test_initials_are_the_first_letters_of_the_first_and_last_word(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=38, seconds=59), "38 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes"),
        (timedelta(days=1, hours=1, minutes=9), "1 day 1 hour"),
    ],
)
def test_a_duration_is_said_in_words(length, words):
    assert duration(length) == words


def test_a_directional_icon_is_mirrored_in_right_to_left_text():
    drawn = Template('{% load entry %}{% icon "arrow" %}').render(Context())

    attributes = 'class="icon flip" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"'
    assert drawn.startswith(f"<svg {attributes}><path")
