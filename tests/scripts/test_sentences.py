"""The walk of all screens, and docs/sentences.md, which it writes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sentences.court import Court
from tests.sentences.reading import Reader, Sentence
from tests.sentences.stage import NAMES, Facts, Place

pytestmark = pytest.mark.once
SCRIPT = Path(__file__).resolve().parents[2] / "script" / "sentences.py"
READ, HELD = "Read", Sentence("Read", held=True)


def test_what_is_claimed_on_any_screen_is_recorded_and_the_paper_has_every_sentence():
    walk = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)

    assert not walk.returncode, walk.stderr


def tried(facts: Facts, *sentences: Sentence | str, page: str = "Visitor’s page") -> list[str]:
    """What is wrong with a page that says this, apart from rules that nothing here needs."""
    court = Court()
    spoken = {Sentence(each) if isinstance(each, str) else each for each in sentences}
    court.judge(page, Place("here"), spoken, facts)
    return [each for each in court.complaints() if not each.startswith("Rule without")]


def test_a_claim_without_a_rule_is_found(in_person):
    assert tried(Facts(in_person), "Nobody was told by pigeon.", page="Elsewhere")
    assert not tried(Facts(in_person), "Take a seat.", page="Elsewhere")


@pytest.mark.parametrize(("state", "is_so"), [("sent", True), ("delivered", True), ("kept", False), ("queued", False)])
def test_a_claim_that_is_not_so_is_found(in_person, state, is_so):
    in_person.notifications.filter(audience="host", channel="email").update(state=state)

    assert (not tried(Facts(in_person), "Told by email {time}")) == is_so


def test_a_sentence_that_is_due_and_missing_is_found(in_person):
    in_person.notifications.filter(audience="host").update(state="failed")

    assert tried(Facts(in_person), "Take a seat.") != tried(Facts(in_person), "Please go to reception")


def test_what_a_page_holds_for_its_script_is_not_judged_as_shown(in_person):
    assert tried(Facts(in_person), READ, page="Chat, visitor")
    assert not tried(Facts(in_person), HELD, page="Chat, visitor")


def test_a_rule_that_no_sentence_needs_is_found():
    assert any(each.startswith("Rule without") for each in Court().complaints())


def test_sentences_are_read_whole_from_elements_attributes_and_what_is_hidden():
    page = """<p>Call <a href="tel:1">Anika Rao</a> at 10:42. Then wait.</p><p hidden>Connection <b>lost</b></p>
        <button aria-label="Send it">Send <svg><path/></svg></button><div data-words="New messages: %"></div>
        <template><span>Sent</span></template><script>var told</script>"""

    assert Reader(NAMES).page(page) == {
        Sentence("Call {host} at {time}."),
        Sentence("Then wait."),
        Sentence("Connection lost", held=True),
        Sentence("Send it"),
        Sentence("Send"),
        Sentence("New messages: %", held=True),
        Sentence("Sent", held=True),
    }
