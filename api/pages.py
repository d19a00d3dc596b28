"""Opaque cursors for lists: where the last page ended, as text that only this service reads.

Invariant: a cursor holds the sort key of the last row seen and nothing else, so a page costs the
same however far down it lies, and a row that appears meanwhile is neither skipped nor repeated.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from models.rules.refusals import InvalidCursor

MOST_ROWS = 200  # of one page: about 100 KB of JSON
USUAL_ROWS = 50
MOST_CURSOR_CHARACTERS = 1_024

Cursor = Annotated[str | None, Query(max_length=MOST_CURSOR_CHARACTERS)]
"""The query parameter `cursor`: `next_cursor` of the page before."""

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
"""The query parameter `limit`: at most this many rows."""


def cursor_of(*key: str | UUID | datetime | int) -> str:
    """The cursor of a row with this sort key."""
    parts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in key]
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).rstrip(b"=").decode()


def key_of(cursor: str, *readers: Callable[[str], Any]) -> tuple[Any, ...]:
    """The sort key in a cursor, each part read by its reader (`UUID`, `instant`, `int`, `str`).

    Raises `InvalidCursor` for anything that `cursor_of` with such a key did not write.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list) or len(parts) != len(readers):
            raise InvalidCursor
        if any(not isinstance(part, str) or "\0" in part for part in parts):
            raise InvalidCursor
        "".join(parts).encode()  # half a surrogate pair passes as JSON, and no database takes it
        return tuple(reader(part) for reader, part in zip(readers, parts, strict=True))
    except (ValueError, OverflowError, RecursionError):
        raise InvalidCursor from None


def instant(text: str) -> datetime:
    """A point in time with its zone, as `cursor_of` writes it; else ValueError."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("an instant has a zone")
    return read.astimezone(UTC)
