"""Which connections are not taken at all: of other pages, or with a token in their address."""

from collections.abc import Collection
from urllib.parse import parse_qsl


def is_welcome(origin: str, host: str, allowed: Collection[str]) -> bool:
    """Whether a page of `origin` may connect to `host` (the request's header).

    Pages of the same host may, and those whose origin (`https://host[:port]`) is in `allowed`.
    Letters' case and a slash at the end do not matter.
    """
    given = origin.lower().rstrip("/")
    scheme, _, of_page = given.partition("://")
    same_host = scheme in ("http", "https") and bool(host) and of_page == host.lower()
    return same_host or given in {each.lower().rstrip("/") for each in allowed}


def names_a_token(query: bytes) -> bool:
    """Whether a query string carries a token: logs keep addresses, so none may stand there."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return any("token" in name.lower() for name, _ in pairs)
