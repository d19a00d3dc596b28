"""Which pages may open a socket here."""

from collections.abc import Collection


def is_welcome(origin: str, host: str, allowed: Collection[str]) -> bool:
    """Whether a page of `origin` may connect to `host` (the request's header).

    Pages of the same host may, and those whose origin (`https://host[:port]`) is in `allowed`.
    Letters' case and a slash at the end do not matter.
    """
    given = origin.lower().rstrip("/")
    scheme, _, of_page = given.partition("://")
    same_host = scheme in ("http", "https") and bool(host) and of_page == host.lower()
    return same_host or given in {each.lower().rstrip("/") for each in allowed}
