"""Which addresses a push may be posted to, since it is a browser, or whoever plays one, that names
them: without this guard anybody who is signed in could have the service call its own neighbours.

Invariant: what is connected to is an address that was looked at. Names are resolved here and the
connection goes to the result, so a name that changes its mind in between (DNS rebinding) gains
nothing; redirects are never followed.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
ADDRESSES_MAX = 4  # of one name; a push that reaches none of these comes again later


class NotPublic(OSError):
    """The host has no address in the public internet, so nothing is sent there."""


def endpoint_problem(endpoint: str) -> str | None:
    """Why pushes never go to this endpoint; None: they may, if its name leads to the outside.

    It needs no network: the scheme, and hosts that say themselves that they are near.
    """
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https":
        return "a push service speaks https"
    address = _literal(host)
    if address is not None:
        return None if is_public(address) else "a push service lies in the public internet"
    if "." not in host or host.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return "a push service has a public name"
    return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address lies in the public internet, also when it is wrapped into another."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False  # no push service hides behind a tunnel
    return address.is_global and not address.is_multicast and not address.is_reserved


async def public_addresses(host: str, port: int) -> Sequence[str]:
    """A `connections.Resolve` that gives public addresses alone.

    Raises `NotPublic` when the name leads to none, OSError when it cannot be resolved.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(info[4][0]) for info in found)
    public = [each for each in addresses if is_public(ip_address(each))]
    if not public:
        raise NotPublic("the host leads to no public address")
    return public[:ADDRESSES_MAX]


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:  # the old forms that resolvers still take: 127.1, 0x7f000001, 2130706433
        return IPv4Address(socket.inet_aton(host)) if host else None
    except OSError:
        return None
