"""Inputs that nobody expects: strategies for texts, queries, headers, bodies and frames."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

# Each has broken some program: text that is too long, breaks lines or changes direction; numbers and dates at the ends
# of what types hold; paths, templates, queries.
_KNOWN = [
    "", " ", "\0", "a\0b", "\r\nX-Evil: 1", "\u202eevil", "\u2066\u2069", "\ufeff", "\u200b", "e" + "\u0301" * 100,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U000e0041", "ﷺ" * 50, "İstanbul", "ß", "٣٤٥", "²", "Ⅷ",
    "a" * 300, "a" * 5000, "9" * 20, "9" * 25, "9" * 5000, "-1", "0", "00", "-0", "1e309", "NaN", "Infinity", "0x10",
    "1_000",
    "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "0001-01-01", "9999-12-31", "99999-01-01", "2026-02-30", "9999-12-31T23:59:59Z", "24:00", "None", "null", "true",
    "[]", "{}", "[" * 500, "../../etc/passwd", "/etc/passwd", "%00", "%", "%zz", "%c0%ae", "{{ 7*7 }}",
    "{% debug %}", "%(x)s",
    "' OR 1=1 --", "<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "(", "(?P<", "*", "\\",
    "$(id)",
    "+447700900142", "+" * 50, "a@b", '"a b"@x.example', "a@" + "b" * 300 + ".example",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
_DEEP = ["[" * 3000, '{"a":' * 3000, "[" * 100_000, "1" * 5000, '"\\ud800"', "-", '{"a":1,"a":2}', "\x00", "NaN"]


def texts() -> st.SearchStrategy[str]:
    """Text of every plane, with lone surrogates, or one of those known to break things."""
    any_text = st.text(st.characters(), max_size=60)
    return st.one_of(st.sampled_from(_KNOWN), any_text, st.integers().map(str))


def escaped() -> st.SearchStrategy[str]:
    """Such a text in a query or a form: well escaped, as bytes that are no UTF-8, or with a broken escape."""
    well = texts().map(lambda text: quote_plus(text.encode("utf-8", "surrogatepass")))
    return st.one_of(
        well, well, st.binary(max_size=20).map(quote_plus), st.sampled_from(["%", "%z", "%u0041", "%ff%fe", "+"])
    )


def queries(names: list[str]) -> st.SearchStrategy[str]:
    """A query string: parameters of these names or any other, also repeated."""
    name = st.one_of(st.sampled_from(names), st.sampled_from(names), escaped())
    pairs = st.lists(st.tuples(name, escaped()), max_size=4)
    return st.one_of(st.just(""), pairs.map(lambda each: "&".join(f"{key}={value}" for key, value in each)))


def headers() -> st.SearchStrategy[list[tuple[bytes, bytes]]]:
    """A few headers that matter to servers, with any value that is one line."""
    names = [
        b"Host", b"Cookie", b"Accept", b"Accept-Language", b"Accept-Encoding", b"Content-Type", b"Referer", b"Origin",
        b"If-None-Match", b"If-Modified-Since", b"If-Range", b"Range", b"X-CSRFToken", b"X-Twilio-Signature",
        b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Forwarded-Host", b"Forwarded", b"X-Real-IP", b"Daphne-Root-Path",
        b"X-Script-Name", b"User-Agent", b"Authorization", b"X-HTTP-Method-Override", b"X-Requested-With", b"Expect",
        b"Via",
        b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"Upgrade", b"Connection", b"Sec-WebSocket-Key",
    ]  # fmt: skip
    known = [
        b"", b"\xff\xfe", b"\xc3\xa9", b"a" * 2000, b"bytes=0-", b"bytes=9-1,-5", b"*", b"W/", b'"',
        b"xx-" + b"y" * 300,
        b"de;q=9e9,*;q=nan", b"Thu, 99 Foo 0000 99:99:99 GMT", b"http://[::1", b"https://evil.example", b"null",
        b"-1", b"chunked",
        b"127.0.0.1", b"[::1]:99999", b"unknown, 999.1.1.1", b"https, javascript", b"gzip, br;q=0", b"100-continue",
        b"application/json; charset=utf-16", b"text/plain; charset=no-such", b"multipart/form-data",
        b"entry_session=\x80; =; ;;",
    ]  # fmt: skip
    line = st.binary(max_size=60).map(lambda value: value.translate(None, b"\r\n\0"))
    return st.lists(st.tuples(st.sampled_from(names), st.one_of(st.sampled_from(known), line)), max_size=3)


def content_types() -> st.SearchStrategy[str]:
    """The type of a body, mostly one that servers read."""
    charsets = [
        "utf-8",
        "latin-1",
        "utf-16",
        "utf-7",
        "idna",
        "punycode",
        "hex",
        "rot13",
        "no-such",
        "é",
        "",
        "\\",
        "a" * 500,
    ]
    kinds = [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json",
        "text/plain",
        "image/svg+xml",
        "/",
    ]
    odd = st.builds("{}; charset={}".format, st.sampled_from(kinds), st.sampled_from(charsets))
    boundaries = ["", "x", "é", "a" * 300, '"', "x y"]
    parts = st.sampled_from(boundaries).map("multipart/form-data; boundary={}".format)
    return st.one_of(st.sampled_from(kinds), odd, parts)


def json_texts() -> st.SearchStrategy[str]:
    """JSON of any shape, deep or broken."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts())
    trees = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3)
    )
    return st.one_of(trees.map(json.dumps), st.sampled_from(_DEEP))


def frames() -> st.SearchStrategy[tuple[int, bytes]]:
    """A frame of a socket: its opcode with the final bit (RFC 6455, section 5.2), and its payload."""
    kinds = st.sampled_from(["join", "here", "beat", "send", "read", "typing", "ended", ""])
    value: st.SearchStrategy[Any] = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), texts(), st.lists(texts(), max_size=2)
    )
    names = st.sampled_from(["after", "place", "ref", "text", "upto", "type"])
    known = st.builds(
        lambda kind, fields: json.dumps({**fields, "type": kind}), kinds, st.dictionaries(names, value, max_size=4)
    )
    good = st.sampled_from(
        [
            '{"type": "join", "after": 0, "place": "phone"}',
            '{"type": "beat", "after": 0}',
            '{"type": "send", "ref": "00000000-0000-4000-8000-000000000000", "text": "\\u202e \\u0000 \\ud800"}',
            '{"type": "read", "upto": 9223372036854775807}',
        ]
    )
    text = st.one_of(good, known, json_texts(), st.just("x" * 20_000)).map(
        lambda it: (0x81, it.encode("utf-8", "surrogatepass"))
    )
    # Any opcode: pieces, binary, reserved ones, pings; a close comes with a code.
    other = st.tuples(st.sampled_from([0x01, 0x80, 0x82, 0x83, 0x88, 0x89, 0x8A, 0xC1, 0xFF]), st.binary(max_size=130))
    return st.one_of(text, text, text, other)
