"""How long a provider asks to be left alone: `Retry-After` as seconds, whichever way it is said."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Seconds from now (`now_s`, Unix time); None: it says nothing that can be understood.

    Source: RFC 9110 §10.2.3, a number of seconds or a date. A date that has passed is 0.
    """
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return float(wish)
    try:
        when = parsedate_to_datetime(wish)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now_s)
