"""The origin of a request: address and scheme come only from the trusted proxies, read from the right."""

from ipaddress import ip_network

import pytest

from entrymgmt.edge.origin import settled

pytestmark = pytest.mark.once

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
BY_PROXY = "127.0.0.1"
VISITOR = "203.0.113.9"


def seen(peer: str | None, *headers: tuple[str, str], kind: str = "http") -> dict:
    """The scope that the application gets for a request of this peer."""
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": kind, "scheme": "http" if kind == "http" else "ws", "root_path": "/evil", "headers": encoded}
    return settled({**scope, "client": peer and [peer, 4711]}, PROXIES)


# X-Forwarded-For as a trusted proxy sends it, and the resulting client address.
FORWARDED = [
    ([], BY_PROXY),
    ([VISITOR], VISITOR),
    ([f"{VISITOR}:4711"], VISITOR),
    ([f'"{VISITOR}:4711"'], VISITOR),
    ([f" {VISITOR} "], VISITOR),
    (["2001:db8::7"], "2001:db8::7"),
    (["[2001:db8::7]"], "2001:db8::7"),
    (["[2001:db8::7]:4711"], "2001:db8::7"),
    (["fe80::7%eth0"], "fe80::7"),
    ([f"::ffff:{VISITOR}"], VISITOR),
    (["203.0.113.9:65535"], VISITOR),
    (["[2001:db8::5]:443"], "2001:db8::5"),
    (['"[2001:db8::5]:443"'], "2001:db8::5"),
    ([f"[::ffff:{VISITOR}]:443"], VISITOR),
    (["2001:DB8:0:0:0:0:0:7"], "2001:db8::7"),
    (["[fe80::7%25eth0]:443"], "fe80::7"),
    ([f"\t{VISITOR}\t"], VISITOR),
    ([f",,{VISITOR},"], VISITOR),
    # The client sent the first entry; the proxy appended only the last one.
    ([f"198.51.100.1, {VISITOR}"], VISITOR),
    ([f"127.0.0.1, {VISITOR}"], VISITOR),
    (["198.51.100.1", VISITOR], VISITOR),
    # Two proxies of the office, one behind the other.
    ([f"198.51.100.1, {VISITOR}, 10.1.2.3"], VISITOR),
    ([f"{VISITOR}, [fd00::1]:443"], VISITOR),
    (["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
    # An invalid entry counts as the proxy that appended it.
    (["unknown"], BY_PROXY),
    (["_hidden"], BY_PROXY),
    (["", ","], BY_PROXY),
    ([f"{VISITOR}, unknown"], BY_PROXY),
    ([f"{VISITOR}, unknown, 10.1.2.3"], "10.1.2.3"),
    (["999.1.1.1"], BY_PROXY),
    (["caf\xe9"], BY_PROXY),
    (["1.2.3.4.5"], BY_PROXY),
    (["203.0.113"], BY_PROXY),
    (["0177.0.0.1"], BY_PROXY),
    (["0x7f000001"], BY_PROXY),
    (["2130706433"], BY_PROXY),
    (["2001:db8::7:443:1:2:3:4:5"], BY_PROXY),
    (["[2001:db8::7"], "2001:db8::7"),
    (["[]:443"], BY_PROXY),
    ([":443"], BY_PROXY),
    ([f"for={VISITOR}"], BY_PROXY),
    (["visitor.example"], BY_PROXY),
    (["-"], BY_PROXY),
    (["null"], BY_PROXY),
    (["\xb2\xb3.0.113.9"], BY_PROXY),
    ([f"unknown, {VISITOR}"], VISITOR),
    (["9" * 5000], BY_PROXY),
    ([", ".join(["10.1.2.3"] * 200)], "10.1.2.3"),
]


@pytest.mark.parametrize(("values", "address"), FORWARDED)
def test_a_trusted_proxy_reports_the_client_address(values, address):
    scope = seen(BY_PROXY, *(("X-Forwarded-For", value) for value in values))

    assert scope["client"] == [address, 0]


@pytest.mark.parametrize("peer", ["198.51.100.1", "2001:db8::1"])
def test_nobody_else_is_trusted(peer):
    scope = seen(peer, ("X-Forwarded-For", VISITOR), ("X-Forwarded-Proto", "https"))

    assert (scope["client"], scope["scheme"]) == ([peer, 0], "http")


def test_a_request_by_a_unix_socket_has_no_address():
    assert seen(None, ("X-Forwarded-For", VISITOR))["client"] is None


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("Https, http", "https"),
        ("http, https", "http"),
        (" https ", "https"),
        ("hTTpS", "https"),
        ("HTTPS,HTTP", "https"),
        (",https", "https"),
        ("HTTP", "http"),
        ("wss", "http"),
        ("https:", "http"),
        ("https http", "http"),
        ("ftp", "http"),
        ("", "http"),
        ("https\xe9", "http"),
    ],
)
def test_the_first_scheme_counts_in_any_case(value, scheme):
    assert seen(BY_PROXY, ("X-Forwarded-Proto", value))["scheme"] == scheme


def test_of_several_headers_the_first_counts():
    assert seen(BY_PROXY, ("X-Forwarded-Proto", "HTTPS"), ("X-Forwarded-Proto", "http"))["scheme"] == "https"


def test_a_socket_of_https_is_wss():
    assert seen(BY_PROXY, ("X-Forwarded-Proto", "https"), kind="websocket")["scheme"] == "wss"


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_prefix_is_always_empty(kind):
    assert seen(BY_PROXY, kind=kind)["root_path"] == ""


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Daphne-Root-Path", "X-Real-IP"])
def test_forwarding_headers_are_removed(name):
    scope = seen(BY_PROXY, (name, VISITOR), ("Host", "visit.example.com"))

    assert scope["headers"] == [(b"host", b"visit.example.com")]
