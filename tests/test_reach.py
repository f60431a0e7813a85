"""Whether a phone can open an address."""

import pytest

from core.reach import Reach, reach_of


@pytest.mark.parametrize(
    ("name", "reach"),
    [
        *dict.fromkeys(
            [
                "127.0.0.1:8000",
                "127.8.4.2",
                "127.1",
                "2130706433",
                "0.0.0.0",
                "169.254.7.1",
                "[::1]:8000",
                "[::]",
                "[fe80::1]",
                "[::ffff:127.0.0.1]",
                "localhost",
                "LOCALHOST.",
                "entry.localhost",
                "reception",
                "reception.local",
                "reception.localdomain",
            ],
            Reach.NOWHERE,
        ).items(),
        *dict.fromkeys(
            [
                "192.168.1.20:8000",
                "10.1.2.3",
                "172.31.0.1",
                "100.64.0.7",
                "[fd12:3456::1]",
                "[::ffff:192.168.1.20]",
                "entry.lan",
                "entry.corp.internal",
                "entry.home.arpa",
            ],
            Reach.OFFICE,
        ).items(),
        *dict.fromkeys(
            [
                "visit.example.com",
                "local.example.com",
                "localhost.example.com",
                "besuch.münchen.example",
                "8.8.4.4",
                "[2606:4700::1111]",
            ],
            Reach.EVERYWHERE,
        ).items(),
    ],
)
def test_from_where_a_phone_can_open_a_site(name, reach):
    assert reach_of(f"http://{name}/p/code/") is reach
