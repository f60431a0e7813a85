"""Usage: .venv/bin/python script/pseudo_locale.py FOLDER

Generates the message catalogue of the pseudo-locale `en-xa` in FOLDER: each text of the product with accents, 40 %
longer, and between ⟦ and ⟧. On a page in this locale, a text outside the brackets is not marked for translation, and
a text that does not fit would not fit in German or Tamil either. Needs GNU gettext.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "en_XA"
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
# Beside those that xgettext knows by itself.
KEYWORDS = ["gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2", "npgettext:1c,2,3"]
LONGER = 0.4
ACCENTS = str.maketrans("AEIOUYaceinouy", "ÀÉÎÕÛÝàçéîñõûý")
# Not changed: placeholders, tags and entities.
FIXED = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;|\n)")
# https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
MAGIC, HEADER = 0x950412DE, "<7I"


def pseudo(text: str) -> str:
    """The text in the pseudo-locale."""
    parts = [part if FIXED.fullmatch(part) else part.translate(ACCENTS) for part in FIXED.split(text)]
    length = sum(len(part) for part in parts if not FIXED.fullmatch(part))
    more = (" loñgér" * length)[: round(length * LONGER)]
    return f"⟦{''.join(parts)}{more}⟧"


def collect(folder: Path) -> Path:
    """Gather the texts of the product, as Django's makemessages does; the catalogue, as yet in English."""
    compiled = folder / LOCALE / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        catalogue = Path(name) / "django.po"
        sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
        for number, path in enumerate(path for path in (ROOT / "templates").rglob("*.*")):
            sources.append(Path(name) / f"{number}.py")
            sources[-1].write_text(templatize(path.read_text()))
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
        _run("xgettext", "--language=Python", "--from-code=UTF-8", *keywords, "--output", catalogue, *sources)
        text = catalogue.read_text().replace("charset=CHARSET", "charset=UTF-8")
        catalogue.write_text(text.replace("nplurals=INTEGER; plural=EXPRESSION;", "nplurals=2; plural=(n != 1);"))
        _run("msgen", "--output-file", catalogue, catalogue)
        _run("msgfmt", "--output-file", compiled, catalogue)
    return compiled


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def translate(compiled: Path) -> int:
    """Translate the catalogue into the pseudo-locale; return the number of texts."""
    raw = compiled.read_bytes()
    count, ids_at, texts_at = struct.unpack_from(HEADER, raw)[2:5]

    def entries(table: int) -> list[str]:
        spans = (struct.unpack_from("<2I", raw, table + 8 * index) for index in range(count))
        return [raw[start : start + length].decode() for length, start in spans]

    ids, texts = entries(ids_at), entries(texts_at)
    for index, (name, text) in enumerate(zip(ids, texts, strict=True)):
        if name and "date format\x04" not in name:
            texts[index] = "\0".join(pseudo(form) for form in text.split("\0"))
    compiled.write_bytes(_pack(ids, texts))
    return len(ids) - 1


def _pack(ids: list[str], texts: list[str]) -> bytes:
    """These texts as a compiled catalogue (MO file)."""
    start = struct.calcsize(HEADER)
    position = start + 16 * len(ids)
    table, data = [], b""
    for text in ids + texts:
        encoded = text.encode()
        table.append(struct.pack("<2I", len(encoded), position + len(data)))
        data += encoded + b"\0"
    header = struct.pack(HEADER, MAGIC, 0, len(ids), start, start + 8 * len(ids), 0, position)
    return header + b"".join(table) + data


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    number = translate(collect(Path(sys.argv[1]).resolve()))
    sys.stdout.write(f"{number} texts in {sys.argv[1]}/{LOCALE}\n")
