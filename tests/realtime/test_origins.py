"""Which pages may open a socket."""

import pytest

from realtime.origins import is_welcome

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
