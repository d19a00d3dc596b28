"""Which pages may open a socket."""

import pytest

from realtime.origins import is_welcome, names_a_token

ALLOWED = ("https://kinerja.example", "https://lain.example:8443/")


@pytest.mark.parametrize(
    ("origin", "host", "welcome"),
    [
        ("https://kinerja.example", "api.example", True),
        ("https://KINERJA.example", "api.example", True),
        ("https://lain.example:8443", "api.example", True),
        ("https://lain.example", "api.example", False),
        ("http://kinerja.example", "api.example", False),
        ("https://kinerja.example.evil.example", "api.example", False),
        ("https://api.example", "api.example", True),
        ("http://api.example:8000", "api.example:8000", True),
        ("https://api.example", "api.example:8000", False),
        ("file://api.example", "api.example", False),
        ("null", "null", False),
        ("https://", "", False),
    ],
)
def test_pages_of_the_same_host_and_of_the_list(origin, host, welcome):
    assert is_welcome(origin, host, ALLOWED) is welcome


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (b"", False),
        (b"v=1&lang=id", False),
        (b"token=abc", True),
        (b"v=1&Access_Token=", True),
        (b"%74oken=abc", True),
        (b"\xff&token", True),
    ],
)
def test_a_token_in_an_address_is_seen(query, named):
    assert names_a_token(query) is named
