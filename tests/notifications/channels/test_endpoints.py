"""The guard before push endpoints: what lies outside may be called, neighbours never."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.endpoints import (
    NotPublic,
    endpoint_problem,
    is_public,
    public_addresses,
)

NEAR = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.4.4",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their secrets
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "2002:0a00:0001::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2001:0:53aa:64c::1",
]
FAR = ["8.8.8.8", "142.250.4.95", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NEAR)
def test_a_neighbour_is_never_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", FAR)
def test_the_public_internet_is(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_does_not_make_it_public(inner: IPv4Address) -> None:
    number = int(inner)
    mapped = IPv6Address(0xFFFF << 32 | number)
    sixtofour = IPv6Address(0x2002 << 112 | number << 80 | 1)
    nat64 = IPv6Address(0x64FF9B << 96 | number)
    assert {is_public(each) for each in (mapped, sixtofour, nat64)} == {is_public(inner)}


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-sg2p.notify.windows.com/w/?token=abc",
        "https://push.kota.example:8443/abc",
        "https://8.8.8.8/abc",
    ],
)
def test_push_services_of_browsers_are_taken(endpoint: str) -> None:
    assert endpoint_problem(endpoint) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/abc",
        "https://localhost/abc",
        "https://localhost./abc",
        "https://postgres/abc",
        "https://app.localhost/abc",
        "https://printer.local/abc",
        "https://metadata.google.internal/abc",
        "https://127.1/abc",
        "https://0x7f000001/abc",
        "https://2130706433/abc",
        "https://0177.0.0.1/abc",
        *(f"https://{address}/abc" for address in NEAR if ":" not in address),
        *(f"https://[{address}]/abc" for address in NEAR if ":" in address),
    ],
)
def test_what_says_itself_that_it_is_near_is_refused(endpoint: str) -> None:
    assert endpoint_problem(endpoint)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
async def test_a_name_that_leads_to_this_machine_is_not_connected_to(host: str) -> None:
    with pytest.raises(NotPublic):
        await public_addresses(host, 443)


async def test_a_public_address_is_what_is_connected_to() -> None:
    assert list(await public_addresses("8.8.8.8", 443)) == ["8.8.8.8"]
