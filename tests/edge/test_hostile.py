"""Headers and bodies that no browser sends: each is answered in order, and none is a fault of the product."""

from __future__ import annotations

import pytest

from tests.edge.wire import Wire, handshake, head

pytestmark = pytest.mark.once

VALUES = [b"caf\xe9", b"\xff\xfe", "１２７".encode(), b"%ff%fe", b"a" * 8000, b"\x01", b"\xc3\x28"]
HEADERS = [
    b"X-Forwarded-For",
    b"X-Forwarded-Proto",
    b"X-Forwarded-Port",
    b"X-Forwarded-Host",
    b"Daphne-Root-Path",
    b"Forwarded",
    b"Accept-Language",
    b"Cookie",
    b"Referer",
    b"User-Agent",
    b"If-Modified-Since",
    b"If-None-Match",
    b"Range",
    b"Upgrade",
    b"Content-Type",
    b"X-CSRFToken",
    b"X-Requested-With",
    b"Authorization",
]
SOCKET_HEADERS = [
    b"Sec-WebSocket-Protocol",
    b"Sec-WebSocket-Extensions",
    b"X-Forwarded-For",
    b"X-Forwarded-Proto",
    b"Daphne-Root-Path",
    b"Cookie",
    b"User-Agent",
]


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_no_value_of_a_header_makes_a_page_fail(web, host, path, name):
    for value in VALUES:
        with Wire(web.port).send(head("GET", path, name + b": " + value)) as wire:
            assert wire.answer()[0] in {200, 400}, value


@pytest.mark.parametrize("name", SOCKET_HEADERS)
def test_no_value_of_a_header_makes_a_socket_fail(web, name):
    for value in VALUES:
        request = handshake("/ws/checkin/", web.url, name + b": " + value)
        with Wire(web.port).send(request) as wire:
            assert wire.status() in {101, 400}, value


# What Content-Type may say, and a body for it.
FORM = b"application/x-www-form-urlencoded"
BODIES = {
    "utf-16": (FORM + b"; charset=utf-16", b"visitor_name=x"),
    "utf-7": (FORM + b"; charset=utf-7", b"visitor_name=+AGE-"),
    "not a text encoding": (FORM + b"; charset=base64", b"visitor_name=x"),
    "unknown": (FORM + b"; charset=nonsense", b"visitor_name=x"),
    "quoted": (FORM + b'; charset="latin-1"', b"visitor_name=x"),
    "twice": (FORM + b"; charset=utf-8; charset=hex", b"visitor_name=x"),
    "capitals": (FORM + b"; CHARSET=ROT13", b"visitor_name=x"),
    "extended": (FORM + b"; charset*=utf-8''hex", b"visitor_name=x"),
    "in a quoted value": (FORM + b'; x="\\"; charset=hex; y="', b"visitor_name=x"),
    "in parts of a name": (FORM + b"; charset*0=he; charset*1=x", b"visitor_name=x"),
    "many digits": (FORM + b"; charset*" + b"9" * 5000 + b"=x", b"visitor_name=x"),
    "null": (FORM + b"; charset=a\x01b", b"visitor_name=x"),
    "long": (FORM + b"; charset=" + b"a" * 3000, b"visitor_name=x"),
    "not ASCII": (FORM + b"; charset=\xe9", b"visitor_name=x"),
    "form in parts": (b"multipart/form-data; boundary=x; charset=hex", b"--x--"),
    "no boundary": (b"multipart/form-data", b"--x--"),
    "empty boundary": (b"multipart/form-data; boundary=", b"--x--"),
    "boundary not ASCII": (b"multipart/form-data; boundary=\xe9", b"--\xe9--"),
    "long boundary": (b"multipart/form-data; boundary=" + b"x" * 300, b"--x--"),
    "no end": (b"multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
    "bad part": (
        b"multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
    ),
    "many fields": (FORM, b"a=&" * 2000),
    "many parts": (
        b"multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 900 + b"--x--",
    ),
    "bad percent encoding": (FORM, b"visitor_name=%zz%&%=%e9&csrfmiddlewaretoken=%"),
    "null bytes": (FORM, b"visitor_name=%00&host=%00&visitor_email=%00&action=%00"),
    "not UTF-8": (FORM, b"visitor_name=%ff%fe\xff&host=\xff"),
    "JSON": (b"application/json", b"{"),
    "nonsense": (b";;;=", b"visitor_name=x"),
}
PATHS = ["/", "/v/{visitor}/end/", "/h/{host}/reply/", "/h/{host}/end/", "/admin/login/", "/webhooks/twilio/status/"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_body_makes_a_page_fail(web, in_person, body):
    content_type, content = body
    for path in PATHS:
        known = path.format(visitor=in_person.visitor_token, host=in_person.host_token)
        request = head("POST", known, b"Content-Type: " + content_type, b"Content-Length: %d" % len(content))
        with Wire(web.port).send(request + content) as wire:
            status, text = wire.answer()

        assert status in {200, 302, 400, 403, 409, 422}, path
        assert "<title>" in text or status in {302, 403}, path


@pytest.mark.parametrize("body", [name for name in BODIES if BODIES[name][0].lower().find(b"charset") > 0])
def test_what_is_not_utf_8_is_refused_in_words(web, body):
    content_type, content = BODIES[body]
    for path in ("/", "/admin/login/", "/no-such-page/"):
        request = head("POST", path, b"Content-Type: " + content_type, b"Content-Length: %d" % len(content))
        with Wire(web.port).send(request + content) as wire:
            status, text = wire.answer()

        assert status == 400
        assert "Please go back and try again." in text


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"', "UTF_8"])
def test_utf_8_is_taken_in_any_spelling(web, charset):
    content_type = FORM + f"; charset={charset}".encode()
    with Wire(web.port).send(
        head("POST", "/admin/login/", b"Content-Type: " + content_type, b"Content-Length: 3") + b"a=b"
    ) as wire:
        assert wire.answer()[0] == 403


TARGETS = [
    "/%00",
    "/%ff",
    "/static/%00",
    "/static/..%2f..%2fmanage.py",
    "/?q=%00",
    "/?q=%ff",
    "/?q=%zz",
    "/v/%00/",
    "/%2e%2e/",
]


@pytest.mark.parametrize("target", TARGETS)
def test_no_address_makes_a_page_fail(web, host, target):
    with Wire(web.port).send(head("GET", target)) as wire:
        assert wire.answer()[0] in {200, 302, 400, 404}
