"""Scripts and stylesheets name nothing newer than the browsers of docs/browsers.md without asking for it first."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static" / "entry"
SCRIPTS = sorted(STATIC.rglob("*.js"))

# Newer than Safari 15.0, Chrome 90 or Firefox 90.
NEWER = {
    "AbortSignal.timeout, any": r"AbortSignal\s*\.",
    "requestSubmit": r"\brequestSubmit\b",
    "SubmitEvent.submitter": r"\bsubmitter\b",
    "at": r"\.at\(",
    "findLast": r"\.findLast(Index)?\(",
    "arrays changed by copying": r"\.to(Reversed|Sorted|Spliced)\(|\]\.with\(",
    "Object.hasOwn": r"\bhasOwn\b",
    "groupBy": r"\bgroupBy\b",
    "methods of sets": r"\.(union|intersection|(symmetricD|d)ifference|is(Subset|Superset)Of|isDisjointFrom)\(",
    "helpers of iterators": r"\bIterator\b|\.(values|entries|keys)\(\)\.(map|filter|find|some|every|toArray|forEach)\(",
    "new ways to make things": r"\b(fromAsync|withResolvers|canParse)\b|Promise\.try|URL\.parse\(|RegExp\.escape",
    "structuredClone": r"\bstructuredClone\b",
    "randomUUID": r"\brandomUUID\b",
    "well-formed strings": r"\b(is|to)WellFormed\b",
    "dialogs": r"\b(showModal|returnValue)\b",
    "inert": r"\binert\b",
    "popovers": r"\bpopover\w*|\b(show|hide|toggle)Popover\b",
    "channels and locks": r"\bBroadcastChannel\b|navigator\.locks\b",
    "newer interfaces": r"\b(URLPattern|CloseWatcher|EditContext|Temporal|ElementInternals|attachInternals"
    r"|OffscreenCanvas|CompressionStream|Sanitizer|Highlight|ViewTransition|startViewTransition|scheduler|navigation"
    r"|cookieStore|trustedTypes|userActivation|userAgentData|wakeLock|requestIdleCallback|checkVisibility|adoptedStyleSheets|setHTMLUnsafe"
    r"|parseHTMLUnsafe|moveBefore|scrollend|contentvisibilityautostatechange|beforetoggle|prerendering)\b",
    "newer Intl": r"\bIntl\.(Segmenter|DurationFormat|supportedValuesOf)\b|\bgetTextInfo\b|\bgetWeekInfo\b",
    "causes of errors": r"\{\s*cause\b",
    "looking behind in patterns": r"\(\?<[=!]",
    "flags of patterns": r"/[gimsuy]*[dv][gimsuy]*[;,.)\s]",
    "static blocks": r"\bstatic\s*\{",
    "private names in objects": r"#\w+ in\b",
    "imports with attributes": r"from\s+[\"'][^\"']+[\"']\s+(with|assert)\b",
    "using": r"\b(await )?using \w+ =",
}
# Where the script asks first whether the browser knows it.
ASKED_FOR = {("kiosk.js", "dialogs")}


def code(path: Path) -> str:
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", text)


def found(text: str) -> set[str]:
    return {name for name, pattern in NEWER.items() if re.search(pattern, text)}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_names_nothing_newer(script):
    allowed = {name for where, name in ASKED_FOR if where == script.name}

    assert found(code(script)) == allowed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fetch(url, { signal: AbortSignal.timeout(5) });", "AbortSignal.timeout, any"),
        ("const last = items.at(-1);", "at"),
        ("text.replace(/(?<=a)b/g, '')", "looking behind in patterns"),
        ("text.match(/[\\p{L}--[a-z]]/v)", "flags of patterns"),
        ("dialog.showModal();", "dialogs"),
        ("class Log { static { start(); } }", "static blocks"),
        ("a.union(b)", "methods of sets"),
        ("if (Object.hasOwn(a, 'b')) run();", "Object.hasOwn"),
        ("import words from './words.json' with { type: 'json' };", "imports with attributes"),
    ],
)
def test_something_newer_is_noticed(text, name):
    assert found(text) == {name}


def test_a_comment_may_name_it():
    assert len(SCRIPTS) > 15
    assert any("AbortSignal.timeout" in script.read_text(encoding="utf-8") for script in SCRIPTS)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_rule_for_browsers_that_know_has_takes_no_other_selector_with_it(sheet):
    """A browser drops a whole rule with a selector that it does not know."""
    style = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [rule.strip() for rule in re.findall(r"([^{};]+)\{", style) if ":has(" in rule and "@" not in rule]

    mixed = [rule for rule in selectors if any(":has(" not in each for each in re.split(r",(?![^(]*\))", rule))]

    assert mixed == []
